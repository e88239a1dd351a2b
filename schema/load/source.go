package load

import (
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"cuelang.org/go/cue/ast"

	"github.com/dominoc/dominoc/schema/diag"
)

// Source is files that are evaluated together, parsed: those of an environment, or those
// of one package of the fleet.
type Source struct {
	loader *Loader
	of     contract
	dir    string // absolute
	files  []file
	module *module

	fresh atomic.Pointer[[]*ast.File] // parsed and not yet evaluated

	once  sync.Once
	index *index
}

// Load reads and parses a folder's files. The Source is nil when there is an
// error among the diagnostics.
func (l *Loader) Load(f Folder) (*Source, diag.List) {
	return l.open(environments, f.Dir, l.gather(f))
}

// open parses what was read in a folder.
func (l *Loader) open(of contract, dir string, r *reading) (*Source, diag.List) {
	s := &Source{loader: l, of: of, dir: dir, files: r.files, module: l.module(dir)}
	var parsed []*ast.File
	var found diag.List
	if halt := l.guarded(s.subject(), func() { parsed, found = s.parse() }); halt != nil {
		return nil, append(r.found, s.halted(halt)).Sorted() // the goroutine may still write parsed
	}
	found = append(found, r.found...)
	for _, f := range parsed {
		found = append(found, s.module.imports(f)...)
	}
	if len(of.reads) > 0 {
		found = append(found, misnamed(parsed, of.reads...)...)
	}
	if of.definition == policies.definition {
		found = append(found, idle(parsed)...)
	}
	if found.HasErrors() {
		return nil, found.Sorted()
	}
	s.fresh.Store(&parsed)
	return s, found.Sorted()
}

func (s *Source) subject() subject { return subject{s.module, s.files} }

// syntax is the parsed files, for one evaluation.
func (s *Source) syntax() []*ast.File {
	if parsed := s.fresh.Swap(nil); parsed != nil {
		return *parsed
	}
	parsed, _ := s.parse() // Load has reported what is wrong
	return parsed
}

// Content is the text of one of the environment's files by its name for the
// reader, nil for any other.
func (s *Source) Content(name string) []byte {
	for _, f := range s.files {
		if f.name == name {
			return f.content
		}
	}
	return nil
}

// parse makes new syntax: evaluation writes into it, so it is not shared.
func (s *Source) parse() ([]*ast.File, diag.List) {
	var parsed []*ast.File
	var found diag.List
	for _, f := range s.files {
		syntax, bad := parse(f, s.of.pkg)
		found = append(found, bad...)
		if syntax != nil && (s.of.pkg != Package || included(syntax)) { // no tag switches a rule of the fleet off
			parsed = append(parsed, syntax)
		}
	}
	return parsed, found
}

func (s *Source) halted(h *stop) diag.Diagnostic {
	return diag.Diagnostic{
		Severity: diag.Error, Code: h.code, Message: h.message, Hint: h.hint,
		Pos: diag.Pos{File: s.name()},
	}
}

// name is the environment's own file, for the reader.
func (s *Source) name() string {
	if len(s.files) == 0 {
		return s.loader.show(s.dir)
	}
	return s.files[0].name
}

// At is where the user wrote a path, or its nearest ancestor; the
// environment's file when nothing of it is written.
func (s *Source) At(p diag.Path) diag.Pos {
	at, _ := s.place(p)
	return at
}

// place is At with the column after the text there.
func (s *Source) place(p diag.Path) (diag.Pos, int) {
	if e := s.places().nearest(p); e != nil {
		if at, end := e.mark(); at.IsValid() {
			return at, end
		}
	}
	return s.start(), 0
}

func (s *Source) start() diag.Pos { return diag.Pos{File: s.name(), Line: 1, Column: 1} }

// top is the place of a field beside the environment.
func (s *Source) top(name string) (diag.Pos, int) {
	if x, ok := s.places().top[name]; ok {
		return span(x)
	}
	return s.start(), 0
}

// written are all places where the user wrote just this path.
func (s *Source) written(p diag.Path) []*entry { return s.places().entries[key(p)] }

// places are read from the files when they are first asked for: an environment
// without a mistake needs none.
func (s *Source) places() *index {
	s.once.Do(func() {
		files, _ := s.parse()
		s.index = newIndex(files, s.of.field)
	})
	return s.index
}

// argument is a path for a shell: without quotes, and with any element of a list.
func (c contract) argument(p diag.Path) string {
	var names []string
	if c.field != Package {
		names = append(names, c.field)
	}
	for _, label := range p {
		if _, ok := diag.IndexOf(label); !ok {
			names = append(names, label)
		}
	}
	path := strings.Join(names, ".")
	if strings.Trim(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") != "" {
		return strconv.Quote(c.path(p))
	}
	return path
}

// schemaNote says what the schema says of the field that a path belongs to: in the
// repository's copy of the schema, where there is one and it is the binary's, else
// by what dominoc explain takes.
func (s *Source) schemaNote(p diag.Path) []diag.Note {
	for n := len(p); n > 0; n-- {
		if _, f := s.of.shape().Lookup(p[:n]); f != nil {
			at := f.At
			if copied := s.loader.copied(filepath.Base(at.File)); copied != "" {
				at.File = copied
				return []diag.Note{{Pos: at, Message: f.Doc}}
			}
			note := diag.Note{Message: f.Doc}
			if s.of.topic {
				note.Message += " (dominoc explain " + s.of.argument(p[:n]) + ")"
			}
			return []diag.Note{note}
		}
	}
	return nil
}
