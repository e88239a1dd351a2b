package load

import (
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"cuelang.org/go/cue/parser"

	"github.com/dominoc/dominoc/schema/diag"
)

// maxBytes bounds a file, and all files of one environment together.
const maxBytes = 1 << 20

// file is a file as read; name is its path for the reader.
type file struct {
	name    string
	content []byte
}

func trouble(name, code, format string, args ...any) diag.Diagnostic {
	return diag.Diagnostic{Severity: diag.Error, Code: code, Pos: diag.Pos{File: name}, Message: fmt.Sprintf(format, args...)}
}

func tooLarge(name string, left int64) *diag.Diagnostic {
	d := trouble(name, "file-too-large", "the files of an environment may have %d KiB together", maxBytes>>10)
	if left < maxBytes {
		d.Hint = fmt.Sprintf("the files before it have %d KiB", (maxBytes-left)>>10)
	}
	return &d
}

// reading gathers the files of one environment.
type reading struct {
	loader *Loader
	files  []file
	found  diag.List
	left   int64
}

// gather reads the environment's file, the CUE files beside it and those in
// the folders above, in this order.
func (l *Loader) gather(f Folder) *reading {
	r := &reading{loader: l, left: maxBytes}
	if len(f.Files) > 1 {
		d := trouble(l.show(filepath.Join(f.Dir, f.Files[1])), "ambiguous-environment", "the folder has %s as well; an environment has one file", f.Files[0])
		d.Hint = "keep one of the two"
		r.found = append(r.found, d)
		return r
	}
	beside := l.shared(f.Dir)
	r.main(filepath.Join(f.Dir, f.Files[0]), beside.content(f.Files[0]))
	r.take(beside.files, f.Files[0])
	r.parents(f.Dir)
	return r
}

// main adds the environment's own file, whose content is nil unless it was read.
func (r *reading) main(path string, content []byte) {
	name := r.loader.show(path)
	if content == nil {
		var bad *diag.Diagnostic
		if content, bad = r.loader.reads().read(path, name, maxBytes); bad != nil {
			r.found = append(r.found, *bad)
			return
		}
	}
	r.left -= int64(len(content))
	r.files = append(r.files, file{name: name, content: content})
}

// take adds those of the files that are of their package, but one.
func (r *reading) take(candidates []sharedFile, except string) {
	for _, candidate := range candidates {
		if path.Base(candidate.name) == except {
			continue
		}
		f, bad := candidate.read()
		switch {
		case bad != nil:
			r.found = append(r.found, *bad)
		case f == nil: // of another package
		case int64(len(f.content)) > r.left:
			r.found = append(r.found, *tooLarge(f.name, r.left))
		default:
			r.left -= int64(len(f.content))
			r.files = append(r.files, *f)
		}
	}
}

// shared are the files of one folder that can be of package environment.
type shared struct {
	once  sync.Once
	files []sharedFile
}

// sharedFile is one of them, for the reader by its name. It is read once, and only
// when it is asked for.
type sharedFile struct {
	name string
	read func() (*file, *diag.Diagnostic) // nothing where it is of another package
}

func (l *Loader) shared(dir string) *shared {
	l.mu.Lock()
	if l.folders == nil {
		l.folders = map[string]*shared{}
	}
	s, ok := l.folders[dir]
	if !ok {
		s = &shared{}
		l.folders[dir] = s
	}
	l.mu.Unlock()
	s.once.Do(func() {
		entries, err := l.reads().entries(dir)
		if err != nil {
			name := l.show(dir)
			s.files = []sharedFile{{name, func() (*file, *diag.Diagnostic) { return nil, unreadable(name, err) }}}
		}
		s.files = append(s.files, l.candidates(dir, entries, Package)...)
	})
	return s
}

// candidates are the files of a folder that can be of a package.
func (l *Loader) candidates(dir string, entries []fs.DirEntry, pkg string) []sharedFile {
	var all []sharedFile
	for _, e := range entries {
		p := filepath.Join(dir, e.Name())
		if e.IsDir() || !isSource(e.Name()) {
			continue
		}
		name := l.show(p)
		all = append(all, sharedFile{name, sync.OnceValues(func() (*file, *diag.Diagnostic) { return l.sharedFile(p, name, pkg) })})
	}
	return all
}

// content is that of one of the files, nil where it is none of the package or is wrong.
func (s *shared) content(name string) []byte {
	for _, candidate := range s.files {
		if path.Base(candidate.name) != name {
			continue
		}
		if f, bad := candidate.read(); f != nil && bad == nil {
			return f.content
		}
	}
	return nil
}

func (l *Loader) sharedFile(path, name, pkg string) (*file, *diag.Diagnostic) {
	if content := l.reads().small(path); content != nil {
		mine, bad := belongs(name, content, true, pkg)
		if !mine {
			return nil, bad
		}
		return &file{name: name, content: content}, nil
	}
	mine, bad := l.reads().ofPackage(path, name, pkg)
	if !mine {
		return nil, bad
	}
	content, bad := l.reads().read(path, name, maxBytes)
	return &file{name: name, content: content}, bad
}

// ofPackage says whether a CUE file is of a package. It looks at the beginning,
// so that other packages in a folder of the user's cost nothing and break
// nothing; a file that does not say what it is may be the one that is missed, so
// it is refused.
func (r *repositories) ofPackage(path, name, pkg string) (bool, *diag.Diagnostic) {
	if info, err := r.stat(path); err == nil && info.IsDir() {
		return false, nil // a link to a folder
	}
	head, whole, bad := r.beginning(path, name)
	if bad != nil {
		return false, bad
	}
	return belongs(name, head, whole, pkg)
}

// belongs says whether the beginning of a file, or the whole, is of a package.
func belongs(name string, head []byte, whole bool, pkg string) (bool, *diag.Diagnostic) {
	clause, err := parser.ParseFile(name, head, parser.PackageClauseOnly)
	switch {
	case err != nil:
		return false, &described(err, "syntax")[0]
	case clause.PackageName() == "" && whole:
		return false, unparsable(file{name: name, content: head})
	}
	return clause.PackageName() == pkg, nil
}

// beginning is the part of a file in which its package clause stands; whole says
// that it is all of it.
func (r *repositories) beginning(path, name string) (head []byte, whole bool, bad *diag.Diagnostic) {
	f, _, err := r.open(path)
	if err != nil {
		return nil, false, unreadable(name, err)
	}
	defer f.Close()
	head, err = io.ReadAll(io.LimitReader(f, mostBeginning))
	if err != nil {
		return nil, false, unreadable(name, err)
	}
	return head, len(head) < mostBeginning, nil
}

// mostBeginning is how far a package clause is looked for.
const mostBeginning = 64 << 10

// unparsable is what is wrong with a file that has no package clause, nil when it
// is CUE: a misspelt clause is none.
func unparsable(f file) *diag.Diagnostic {
	if d := unfitText(f); d != nil {
		return d
	}
	if _, err := parser.ParseFile(f.name, f.content); err != nil {
		return &described(err, "syntax")[0]
	}
	return nil
}

// isSource says whether CUE reads a file as part of a package.
func isSource(name string) bool {
	return strings.HasSuffix(name, ".cue") && !strings.HasSuffix(name, "_tool.cue") && !strings.HasSuffix(name, "_test.cue") &&
		!strings.HasPrefix(name, ".") && !strings.HasPrefix(name, "_")
}

// top is the last folder whose files are shared with dir.
func (l *Loader) top(dir string) string {
	boundary := l.reads().boundary(dir, dir)
	for _, mark := range []string{"cue.mod", ".git"} {
		if root := above(dir, mark, boundary); root != "" {
			return root
		}
	}
	if root := l.reads().start; within(root, dir) {
		return root
	}
	return dir
}
