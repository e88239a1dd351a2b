package bootstrap

import "github.com/dominoc/dominoc/schema/v1alpha1"

// ImageConfigs redirect the images of dominoc's packages: a mirror replaces the registry
// in the image's path, then the new path selects the pull secret. The packages keep
// their names, by which dependencies are looked up. Each prefix ends in a slash, so that
// it matches no other organization.
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

// prefix is the prefix of the packages' images in a registry.
func prefix(registry string) string { return registry + "/" + organization + "/" }
