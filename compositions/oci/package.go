package oci

import (
	"fmt"
	"io"
	"regexp"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/dominoc/dominoc/compositions/emit"
)

// How Crossplane finds the objects in a package's image: a layer that is
// annotated so, with a file of this name
// (https://github.com/crossplane/crossplane/blob/main/contributing/specifications/xpkg.md).
const (
	packageKey   = "io.crossplane.xpkg"
	packageValue = "base"
	packageFile  = "package.yaml"
)

// Package returns the image of a Crossplane package from a stream of YAML documents,
// which includes the package's metadata.
//
// The layer is marked twice, as Crossplane's tools do: by an annotation in the manifest,
// and by a label in the config for a file without a manifest. An image keeps its digest
// when it is written to a file and pushed by crossplane xpkg push.
func Package(stream []byte, origin Origin) (v1.Image, error) {
	base, err := layer([]emit.File{{Path: packageFile, Content: stream}})
	if err != nil {
		return nil, err
	}
	digest, err := base.Digest()
	if err != nil {
		return nil, err
	}
	image, err := mutate.Append(empty.Image, mutate.Addendum{
		Layer:       base,
		Annotations: map[string]string{packageKey: packageValue},
	})
	if err != nil {
		return nil, err
	}
	config, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	config.Config.Labels = map[string]string{packageKey + ":" + digest.String(): packageValue}
	image, err = mutate.ConfigFile(image, config)
	return annotate(image, origin), err
}

// WriteFile writes the image of a package as an .xpkg file.
func WriteFile(w io.Writer, image v1.Image) error {
	return tarball.Write(nil, image, w)
}

// version matches what Crossplane accepts as the version of a package.
var version = regexp.MustCompile(`^v?[0-9]+(\.[0-9]+){0,2}(-[0-9A-Za-z.-]+)?$`)

// IsVersion reports whether a tag can be the version of a package.
func IsVersion(tag string) bool { return version.MatchString(tag) }

// packageName matches what Kubernetes accepts as the name of an object, and as a label.
var packageName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// CheckName returns why a text cannot be the name of a package, or nil.
func CheckName(name string) error {
	if packageName.MatchString(name) {
		return nil
	}
	return fmt.Errorf("%q: must be at most 63 lower-case letters, digits and hyphens, with a letter or digit at both ends", name)
}
