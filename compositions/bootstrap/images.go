package bootstrap

import "github.com/dominoc/dominoc/schema/v1alpha1"

// ImageConfigs say where the images of our packages come from when that is not
// where they are published: first a mirror takes the place of the registry in
// the image's path, then what is found at the new path says by which secret it
// is pulled. The packages keep their names, for a dependency is looked up by it.
// A slash ends each prefix, so that no other organization is meant.
func ImageConfigs(options v1alpha1.Packages) []Object {
	var out []Object
	images := registry
	if options.Mirror != "" {
		out = append(out, imageConfig("dominoc-mirror", registry, "rewriteImage", Object{"prefix": prefix(options.Mirror)}))
		images = options.Mirror
	}
	if options.PullSecret != "" {
		out = append(out, imageConfig("dominoc-pull-secret", images, "registry",
			Object{"authentication": Object{"pullSecretRef": Object{"name": options.PullSecret}}}))
	}
	return out
}

func imageConfig(name, registry, field string, value Object) Object {
	return object("pkg.crossplane.io/v1beta1", "ImageConfig", name, Object{
		"matchImages": []any{Object{"type": "Prefix", "prefix": prefix(registry)}},
		field:         value,
	})
}

// prefix is that of our packages' images in a registry.
func prefix(registry string) string { return registry + "/" + organization + "/" }
