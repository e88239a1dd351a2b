package load

import (
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"cuelang.org/go/cue/ast"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/guard"
	"github.com/dominoc/dominoc/schema/source"
	"github.com/dominoc/dominoc/schema/syntax"
)

// Source is the files of a package, parsed, and what they are checked against.
type Source struct {
	*source.Package
	loader *Loader
	of     contract

	fresh atomic.Pointer[[]*ast.File] // parsed and not yet evaluated
	index func() *syntax.Index        // read from the files when it is first asked for: an environment without a mistake needs none
}

// source returns the Source of a package that is not parsed yet.
func (l *Loader) source(of contract, files *source.Package) *Source {
	s := &Source{Package: files, loader: l, of: of}
	s.index = sync.OnceValue(func() *syntax.Index {
		parsed, _ := s.Parse()
		return syntax.NewIndex(parsed, of.field)
	})
	return s
}

// open parses a package. The Source is nil when there is an error among the diagnostics.
func (l *Loader) open(of contract, files *source.Package) (*Source, diag.List) {
	s := l.source(of, files)
	var parsed []*ast.File
	var found diag.List
	if halt := s.guarded(0, func() { parsed, found = s.Parse() }); halt != nil {
		return nil, append(halt, s.Found...).Sorted() // the goroutine may still write parsed
	}
	found = append(found, s.Found...)
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

// guarded evaluates something of the files, over so many environments. The list says why
// it was given up.
func (s *Source) guarded(environments int, evaluate func()) diag.List {
	name := func() guard.Evaluation { return guard.Evaluation{Name: s.First(), Digest: s.Digest()} }
	halt := s.loader.Run(environments, name, evaluate)
	if halt == nil {
		return nil
	}
	halt.Pos.File = s.First()
	return diag.List{*halt}
}

// parsed is the syntax of the files, for one evaluation.
func (s *Source) parsed() []*ast.File {
	if parsed := s.fresh.Swap(nil); parsed != nil {
		return *parsed
	}
	parsed, _ := s.Parse() // open has reported what is wrong
	return parsed
}

// At is where the user wrote a path, or its nearest ancestor; the environment's file when
// nothing of it is written.
func (s *Source) At(p diag.Path) diag.Pos {
	at, _ := s.place(p)
	return at
}

// States reports whether a file writes a path. The value of any other path is a default.
func (s *Source) States(p diag.Path) bool { return s.index().At(p) != nil }

// place is At with the column after the text there.
func (s *Source) place(p diag.Path) (diag.Pos, int) {
	if e := s.index().Nearest(p); e != nil {
		if at, end := e.Mark(); at.IsValid() {
			return at, end
		}
	}
	return s.start(), 0
}

func (s *Source) start() diag.Pos { return diag.Pos{File: s.First(), Line: 1, Column: 1} }

// argument is a path for a shell: without quotes, and with any element of a list.
func (c contract) argument(p diag.Path) string {
	var names []string
	if c.field != source.EnvironmentPackage {
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

// schemaNote returns the comment of the field that a path belongs to: at its place in the
// repository's copy of the schema, if that equals the binary's, else with the topic for
// dominoc explain.
func (s *Source) schemaNote(p diag.Path) []diag.Note {
	for n := len(p); n > 0; n-- {
		if _, f := s.of.shape().Lookup(p[:n]); f != nil {
			at := f.At
			if copied := s.loader.Copied(filepath.Base(at.File)); copied != "" {
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
