package emit

import (
	"cmp"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// File is one file of the output.
type File struct {
	// Path is slash separated and lies below the output folder.
	Path string

	// Content is written as it is.
	Content []byte

	// Sum is the SHA-256, in hex, of content that is not at hand. If the folder has
	// another content, Write and Check fail with Lacks.
	Sum string

	// Executable is for a program, such as a Git hook.
	Executable bool

	// Once writes the file only if the folder has no manifest and the path is free.
	// It is not listed: from then on it belongs to the user.
	Once bool

	// Optional: a file that an earlier run wrote and the user removed is not written
	// again. Only with KeepEdits.
	Optional bool
}

// Checksum returns the SHA-256 of the content, in hex.
func (f File) Checksum() string {
	if f.Sum != "" {
		return f.Sum
	}
	return checksum(f.Content)
}

// BlobDigits is the number of hexadecimal digits of an id in a Git repository of the usual
// format.
const BlobDigits = 2 * sha1.Size

// BlobID returns the id of a content in Git, as that many hexadecimal digits.
func BlobID(content []byte, digits int) string {
	h := sha1.New()
	if digits == hex.EncodedLen(sha256.Size) {
		h = sha256.New()
	}
	fmt.Fprintf(h, "blob %d\x00", len(content))
	h.Write(content)
	return hex.EncodeToString(h.Sum(nil))
}

// Lacks is the error of a set that has only the sum of a file which the folder lacks.
type Lacks struct{ Path string }

func (e *Lacks) Error() string { return "no content is given for " + e.Path }

// Hand decides what happens to a user's content at the path of a file of the set.
type Hand int

const (
	// Ours: listed files are replaced and removed, even if edited; any other file in
	// the way is an error.
	Ours Hand = iota

	// KeepEdits: files that differ from what an earlier run wrote stay.
	KeepEdits

	// OverwriteEdits: files in the way are replaced. A file that is no longer made
	// stays if it was edited.
	OverwriteEdits
)

// Set is the content that a run gives the output folder.
type Set struct {
	// Files in any order, each path once.
	Files []File

	// Owns reports whether the run decides about a path that an earlier run
	// wrote. Other paths stay, listed. Nil: it owns all of them.
	Owns func(path string) bool

	// Hand decides about users' changes.
	Hand Hand

	// Manifest is the path of the list of our files, such as
	// "dominoc.sha256". It is written with the set.
	Manifest string

	// Header opens the manifest: lines that begin with #, which sha256sum -c
	// skips. Empty: that of build.
	Header string
}

// sorted returns the set's files by path, checked: valid paths, each once, none a folder
// of another, none of the names that Write uses itself.
func (s Set) sorted() ([]File, error) {
	files := slices.Clone(s.Files)
	slices.SortFunc(files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	seen := make(map[string]bool, len(files))
	for _, f := range files {
		if err := s.allowed(f.Path); err != nil {
			return nil, err
		}
		if seen[f.Path] {
			return nil, fmt.Errorf("two files for %s", f.Path)
		}
		seen[f.Path] = true
	}
	for _, f := range files {
		for dir := path.Dir(f.Path); dir != "."; dir = path.Dir(dir) {
			if seen[dir] {
				return nil, fmt.Errorf("%s is a file and the folder of %s", dir, f.Path)
			}
		}
	}
	return files, nil
}

func (s Set) allowed(name string) error {
	if !fs.ValidPath(name) || name == "." || strings.ContainsAny(name, "\\\n\r") {
		return fmt.Errorf("%q is not a path below the output folder", name)
	}
	first, _, _ := strings.Cut(name, "/")
	if name == s.Manifest || first == workFolder || ofGit(name) {
		return fmt.Errorf("%s is reserved", name)
	}
	return nil
}

// ofGit reports whether a path contains .git in any spelling that a case-insensitive
// file system or NTFS's short names accept.
func ofGit(name string) bool {
	return slices.ContainsFunc(strings.Split(name, "/"), func(part string) bool {
		part = strings.TrimRight(part, ". ")
		return strings.EqualFold(part, ".git") || strings.EqualFold(part, "git~1")
	})
}

// workFolder holds a running write. It is below the output folder, and so on the same
// file system.
const workFolder = ".dominoc-write"
