package oci

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/emit"
)

func manifests() []emit.File {
	return []emit.File{
		{Path: "platform/b.yaml", Content: []byte("b\n")},
		{Path: "environments/a/a.yaml", Content: []byte("a\n")},
	}
}

func TestOneContentHasOneDigest(t *testing.T) {
	files := manifests()
	want := artifact(t, files, Origin{})
	require.Equal(t, digest(t, want), digest(t, artifact(t, []emit.File{files[1], files[0]}, Origin{})), "whatever the order")

	files[0].Content = []byte("c\n")
	require.NotEqual(t, digest(t, want), digest(t, artifact(t, files, Origin{})))
	require.NotEqual(t, digest(t, want), digest(t, artifact(t, manifests(), Origin{Revision: "main@sha1:1"})), "an origin is content too")
}

func TestAnArtifactIsWhatFluxExpects(t *testing.T) {
	image := artifact(t, manifests(), Origin{Source: "https://example.com/fleet", Revision: "main@sha1:1"})
	manifest, err := image.Manifest()
	require.NoError(t, err)
	require.Equal(t, types.OCIManifestSchema1, manifest.MediaType)
	require.EqualValues(t, "application/vnd.cncf.flux.config.v1+json", manifest.Config.MediaType)
	require.Len(t, manifest.Layers, 1)
	require.EqualValues(t, "application/vnd.cncf.flux.content.v1.tar+gzip", manifest.Layers[0].MediaType)
	require.Equal(t, map[string]string{
		"org.opencontainers.image.source":   "https://example.com/fleet",
		"org.opencontainers.image.revision": "main@sha1:1",
	}, manifest.Annotations, "and no time that nobody gave")
	require.Equal(t, []string{"environments/a/a.yaml", "platform/b.yaml"}, names(t, image))
}

func TestNothingInAnImageHasATimeOrAnOwner(t *testing.T) {
	for _, image := range []v1.Image{artifact(t, manifests(), Origin{}), packaged(t)} {
		config, err := image.ConfigFile()
		require.NoError(t, err)
		require.True(t, config.Created.IsZero())
		for _, h := range headers(t, image) {
			require.True(t, h.ModTime.Equal(time.Unix(0, 0)), h.Name)
			require.Zero(t, h.Uid+h.Gid, h.Name)
			require.Empty(t, h.Uname+h.Gname, h.Name)
			require.EqualValues(t, 0o644, h.Mode, h.Name)
		}
	}
}

func TestCrossplaneFindsTheObjectsByTheLayersAnnotation(t *testing.T) {
	image := packaged(t)
	manifest, err := image.Manifest()
	require.NoError(t, err)
	require.Len(t, manifest.Layers, 1)
	require.Equal(t, map[string]string{"io.crossplane.xpkg": "base"}, manifest.Layers[0].Annotations)
	require.Equal(t, []string{"package.yaml"}, names(t, image))
}

func TestAPackageFileIsTheSameBytesEachTime(t *testing.T) {
	require.Equal(t, file(t, packaged(t)), file(t, packaged(t)))
}

// A file has no manifest, so Crossplane's tools annotate its layers anew by the
// labels of the config before they push it.
func TestAPackageKeepsItsDigestThroughAFile(t *testing.T) {
	image := packaged(t)
	content := file(t, image)
	read, err := tarball.Image(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }, nil)
	require.NoError(t, err)
	require.NotEqual(t, digest(t, image), digest(t, read), "the annotation is lost")
	require.Equal(t, digest(t, image), digest(t, annotatedByLabels(t, read)))
}

func annotatedByLabels(t *testing.T, read v1.Image) v1.Image {
	t.Helper()
	config, err := read.ConfigFile()
	require.NoError(t, err)
	layers, err := read.Layers()
	require.NoError(t, err)
	image := empty.Image
	for _, l := range layers {
		digest, err := l.Digest()
		require.NoError(t, err)
		value, ok := config.Config.Labels["io.crossplane.xpkg:"+digest.String()]
		require.True(t, ok, "no label for %s", digest)
		image, err = mutate.Append(image, mutate.Addendum{Layer: l, Annotations: map[string]string{"io.crossplane.xpkg": value}})
		require.NoError(t, err)
	}
	image, err = mutate.ConfigFile(image, config)
	require.NoError(t, err)
	return image
}

func artifact(t *testing.T, files []emit.File, origin Origin) v1.Image {
	t.Helper()
	image, err := Artifact(files, origin)
	require.NoError(t, err)
	return image
}

func packaged(t *testing.T) v1.Image {
	t.Helper()
	image, err := Package([]byte("kind: Configuration\n"), Origin{})
	require.NoError(t, err)
	return image
}

func file(t *testing.T, image v1.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, WriteFile(&b, image))
	return b.Bytes()
}

func digest(t *testing.T, image v1.Image) v1.Hash {
	t.Helper()
	d, err := image.Digest()
	require.NoError(t, err)
	return d
}

func names(t *testing.T, image v1.Image) []string {
	t.Helper()
	var out []string
	for _, h := range headers(t, image) {
		out = append(out, h.Name)
	}
	return out
}

// headers are those of the files in an image's only layer.
func headers(t *testing.T, image v1.Image) []*tar.Header {
	t.Helper()
	layers, err := image.Layers()
	require.NoError(t, err)
	require.Len(t, layers, 1)
	content, err := layers[0].Uncompressed()
	require.NoError(t, err)
	defer content.Close()
	var out []*tar.Header
	for r := tar.NewReader(content); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		require.NoError(t, err)
		out = append(out, h)
	}
}
