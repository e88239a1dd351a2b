package git

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Changed are the files that differ between a commit and the work tree, those
// that git does not know yet among them, of names that end like one of the given.
func (r *Repository) Changed(ctx context.Context, commit string, endings ...string) ([]string, error) {
	var patterns []string
	for _, ending := range endings {
		patterns = append(patterns, ":(top)*"+ending)
	}
	known, err := r.run(ctx, nil, append([]string{"diff", "--name-only", "--no-renames", "-z", commit, "--"}, patterns...)...)
	if err != nil {
		return nil, err
	}
	unknown, err := r.run(ctx, nil, append([]string{"ls-files", "--others", "--exclude-standard", "-z", "--"}, patterns...)...)
	if err != nil {
		return nil, err
	}
	return append(split(known), split(unknown)...), nil
}

// split reads names that end in a NUL.
func split(out []byte) []string {
	return strings.FieldsFunc(string(out), func(r rune) bool { return r == 0 })
}

// Entry is a file of a commit.
type Entry struct {
	Path string
	Link bool // a symbolic link
	id   string
}

// Below are the files at and below folders of a commit, "" for all.
func (r *Repository) Below(ctx context.Context, commit string, folders []string) ([]Entry, error) {
	return r.list(ctx, append([]string{"ls-tree", "-r", "-z", "--full-tree", commit, "--"}, folders...)...)
}

// In are the files of folders of a commit, without those below; "" is the top.
func (r *Repository) In(ctx context.Context, commit string, folders []string) ([]Entry, error) {
	var paths []string
	for _, folder := range folders {
		if folder != "" {
			paths = append(paths, folder+"/")
		}
	}
	all, err := r.listed(ctx, commit, paths)
	if err != nil || !slices.Contains(folders, "") {
		return all, err
	}
	top, err := r.list(ctx, "ls-tree", "-z", "--full-tree", commit)
	return append(all, top...), err
}

// most is how many paths one command line takes.
const most = 1000

func (r *Repository) listed(ctx context.Context, commit string, paths []string) ([]Entry, error) {
	var all []Entry
	for some := range slices.Chunk(paths, most) {
		entries, err := r.list(ctx, append([]string{"ls-tree", "-z", "--full-tree", commit, "--"}, some...)...)
		if err != nil {
			return nil, err
		}
		all = append(all, entries...)
	}
	return all, nil
}

func (r *Repository) list(ctx context.Context, args ...string) ([]Entry, error) {
	out, err := r.run(ctx, nil, args...)
	if err != nil {
		return nil, err
	}
	var all []Entry
	for _, line := range split(out) {
		about, path, _ := strings.Cut(line, "\t")
		fields := strings.Fields(about) // mode, type, id
		if len(fields) == 3 && fields[1] == "blob" {
			all = append(all, Entry{Path: path, Link: fields[0] == "120000", id: fields[2]})
		}
	}
	return all, nil
}

// Read hands what each file held to a function, in the order of the entries.
func (r *Repository) Read(ctx context.Context, entries []Entry, use func(Entry, []byte) error) error {
	if len(entries) == 0 {
		return nil
	}
	var ids bytes.Buffer
	for _, e := range entries {
		ids.WriteString(e.id + "\n")
	}
	out, err := r.run(ctx, ids.Bytes(), "cat-file", "--batch")
	if err != nil {
		return err
	}
	reader := bufio.NewReader(bytes.NewReader(out))
	for _, e := range entries {
		content, err := object(reader)
		if err != nil {
			return fmt.Errorf("%s: %w", e.Path, err)
		}
		if err := use(e, content); err != nil {
			return err
		}
	}
	return nil
}

// object reads one answer of cat-file --batch: "<id> blob <size>", the content
// and a line break.
func object(r *bufio.Reader) ([]byte, error) {
	header, err := r.ReadString('\n')
	if err != nil {
		return nil, err
	}
	fields := strings.Fields(header)
	if len(fields) != 3 {
		return nil, fmt.Errorf("git does not have it: %s", strings.TrimSpace(header))
	}
	size, err := strconv.Atoi(fields[2])
	if err != nil {
		return nil, err
	}
	content := make([]byte, size+1)
	if _, err := io.ReadFull(r, content); err != nil {
		return nil, err
	}
	return content[:size], nil
}
