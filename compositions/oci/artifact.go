package oci

import (
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/dominoc/dominoc/compositions/emit"
)

// The media types of an artifact of Flux
// (https://fluxcd.io/flux/cheatsheets/oci-artifacts/).
const (
	configType  types.MediaType = "application/vnd.cncf.flux.config.v1+json"
	contentType types.MediaType = "application/vnd.cncf.flux.content.v1.tar+gzip"
)

// Origin is the source of a content, as annotations of its image. Empty fields have no
// annotation. Two origins of one content lead to two digests.
type Origin struct {
	Source   string // URL of the repository
	Revision string // such as main@sha1:<commit>
	Created  string // RFC 3339
}

func (o Origin) annotations() map[string]string {
	out := map[string]string{}
	for key, value := range map[string]string{"source": o.Source, "revision": o.Revision, "created": o.Created} {
		if value != "" {
			out["org.opencontainers.image."+key] = value
		}
	}
	return out
}

// Artifact returns the image from which an OCIRepository of Flux takes files.
func Artifact(files []emit.File, origin Origin) (v1.Image, error) {
	content, err := layer(files, tarball.WithMediaType(contentType))
	if err != nil {
		return nil, err
	}
	image := mutate.MediaType(empty.Image, types.OCIManifestSchema1)
	image = mutate.ConfigMediaType(image, configType)
	image, err = mutate.AppendLayers(image, content)
	if err != nil {
		return nil, err
	}
	return annotate(image, origin), nil
}

// annotate adds the annotations of an origin, if any.
func annotate(image v1.Image, origin Origin) v1.Image {
	annotations := origin.annotations()
	if len(annotations) == 0 {
		return image
	}
	return mutate.Annotations(image, annotations).(v1.Image)
}
