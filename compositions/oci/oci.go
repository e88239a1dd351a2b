// Package oci builds the two images that dominoc hands to a registry: the
// artifact by which Flux gets manifests, and the package by which Crossplane
// gets definitions and Compositions.
//
// Files or a stream of objects go in, an image comes out, and the same content
// gives the same digest on every machine and day: files are sorted, and nothing
// in a layer or a config has a time. The caller, the command line, reaches the
// registry and decides the content.
//
// A digest is stable for one build of dominoc: a Go release may change gzip's output.
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
