// Package oci builds the two images that dominoc hands to a registry: the
// artifact by which Flux gets manifests, and the package by which Crossplane
// gets definitions and Compositions.
//
// Files or a stream of objects go in, an image comes out, and the same content
// gives the same digest on every machine and day: files are sorted, and nothing
// in a layer or a config has a time. It reaches no registry, which is left to
// the command line, its caller, and does not ask what the content says.
//
// A digest holds for one build of dominoc: gzip's output is Go's to change.
package oci

import (
	"archive/tar"
	"bytes"
	"cmp"
	"io"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/dominoc/dominoc/compositions/emit"
)

// layer is a compressed archive of files.
func layer(files []emit.File, options ...tarball.LayerOption) (v1.Layer, error) {
	archive, err := archived(files)
	if err != nil {
		return nil, err
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(archive)), nil }
	return tarball.LayerFromOpener(open, append(options, tarball.WithCompressedCaching)...)
}

// archived is a tar of files by path, without owners and times.
func archived(files []emit.File) ([]byte, error) {
	sorted := slices.Clone(files)
	slices.SortFunc(sorted, func(a, b emit.File) int { return cmp.Compare(a.Path, b.Path) })
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	for _, f := range sorted {
		if err := w.WriteHeader(&tar.Header{Name: f.Path, Mode: 0o644, Size: int64(len(f.Content))}); err != nil {
			return nil, err
		}
		if _, err := w.Write(f.Content); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return archive.Bytes(), err
}
