package git

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Changed returns the files that differ between a commit and the work tree, untracked ones
// included, whose names have one of the endings.
func (r *Repository) Changed(ctx context.Context, commit string, endings ...string) ([]string, error) {
	var patterns []string
	for _, ending := range endings {
		patterns = append(patterns, ":(top)*"+ending)
	}
	known, err := r.run(ctx, append([]string{
		"diff", "--name-only", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-relative", "-z", commit, "--",
	}, patterns...)...)
	if err != nil {
		return nil, err
	}
	unknown, err := r.run(ctx, append([]string{"ls-files", "--others", "--exclude-standard", "-z", "--"}, patterns...)...)
	if err != nil {
		return nil, err
	}
	return append(split(known), split(unknown)...), nil
}

// split returns the names in a list in which each ends with NUL.
func split(out []byte) []string {
	return strings.FieldsFunc(string(out), func(r rune) bool { return r == 0 })
}

// Sort is the type of an entry of a tree.
type Sort int

// The sorts.
const (
	Plain     Sort = iota
	Link           // a symbolic link; its content is where it leads
	Submodule      // a commit of another repository
)

// Entry is a file of a commit, or a submodule.
type Entry struct {
	Path string
	Sort Sort
	ID   string // of the content, in hex
}

// Files returns all entries of a commit, sorted by path.
func (r *Repository) Files(ctx context.Context, commit string) ([]Entry, error) {
	out, err := r.run(ctx, "ls-tree", "-r", "-z", "--full-tree", commit)
	if err != nil {
		return nil, err
	}
	var all []Entry
	for _, line := range split(out) {
		about, path, _ := strings.Cut(line, "\t")
		fields := strings.Fields(about) // mode, type, id
		if len(fields) != 3 {
			return nil, fmt.Errorf("git ls-tree: unexpected line %q", line)
		}
		e := Entry{Path: path, ID: fields[2]}
		switch fields[0] {
		case "120000":
			e.Sort = Link
		case "160000":
			e.Sort = Submodule
		}
		all = append(all, e)
	}
	return all, nil
}

// Absent returns the tracked files that a sparse checkout leaves out of the work
// tree.
func (r *Repository) Absent(ctx context.Context) ([]string, error) {
	out, err := r.run(ctx, "ls-files", "-t", "-z", "--full-name", "--", ".")
	if err != nil {
		return nil, err
	}
	var absent []string
	for _, line := range split(out) {
		if name, skipped := strings.CutPrefix(line, "S "); skipped {
			absent = append(absent, name)
		}
	}
	return absent, nil
}

// Read calls use with each entry, the size of its content and the content, in the
// order of the entries. What use leaves unread is skipped.
func (r *Repository) Read(ctx context.Context, entries []Entry, use func(Entry, int64, io.Reader) error) error {
	if len(entries) == 0 {
		return nil
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var ids strings.Builder
	for _, e := range entries {
		ids.WriteString(e.ID + "\n")
	}
	command := r.command(ctx, "cat-file", "--batch")
	command.Stdin = strings.NewReader(ids.String())
	out, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return described(err, "cat-file")
	}
	if err := answers(bufio.NewReaderSize(out, 64<<10), entries, use); err != nil {
		stop()
		_ = command.Wait() // it was ended
		return err
	}
	return described(command.Wait(), "cat-file")
}

// answers reads the output of cat-file --batch: for each entry "<id> blob <size>", the
// content and a line break.
func answers(r *bufio.Reader, entries []Entry, use func(Entry, int64, io.Reader) error) error {
	for _, e := range entries {
		header, err := r.ReadString('\n')
		if err != nil {
			return fmt.Errorf("%s: git cat-file: %w", e.Path, err)
		}
		fields := strings.Fields(header)
		if len(fields) != 3 {
			return fmt.Errorf("%s at the base is not in this clone (%s): fetch it, or clone without --filter", e.Path, strings.TrimSpace(header))
		}
		size, err := strconv.ParseInt(fields[2], 10, 64)
		if err != nil {
			return err
		}
		content := &io.LimitedReader{R: r, N: size}
		if err := use(e, size, content); err != nil {
			return err
		}
		if _, err := io.CopyN(io.Discard, r, content.N+1); err != nil {
			return fmt.Errorf("%s: git cat-file: %w", e.Path, err)
		}
	}
	return nil
}
