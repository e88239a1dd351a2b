package v1alpha1

// ObjectName returns the metadata.name of a composed object,
// <environment>-<component>-<key>. The plan refers to objects of other
// components by it, and the components call their objects so.
func ObjectName(environment, component, key string) string {
	return environment + "-" + component + "-" + key
}

// Namespace is where the objects of an environment live in the management
// cluster: its composite resources, all that they compose, and its secrets.
func Namespace(environment string) string {
	return "domino-" + environment
}

// KubeconfigSecret returns the secret in that namespace by which Crossplane's
// providers reach into the new cluster, under the key kubeconfig.
func KubeconfigSecret(environment string) string {
	return environment + "-kubeconfig"
}

// PoolPrefix begins the component of a pool, such as pool-default.
const PoolPrefix = "pool-"
