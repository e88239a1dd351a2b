package v1alpha1

// ObjectName is the metadata.name of a composed object,
// <environment>-<component>-<key>. The plan refers to objects of other
// components by it, and the components call their objects so.
func ObjectName(environment, component, key string) string {
	return environment + "-" + component + "-" + key
}
