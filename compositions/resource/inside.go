package resource

import "k8s.io/apimachinery/pkg/runtime/schema"

// Helm is a kind of provider-helm, and Kubernetes one of provider-kubernetes. They
// are few and small, so that their modules, and what those need, stay out of this
// one; the tests check the objects against their CRDs.
func Helm(kind string) schema.GroupVersionKind {
	return schema.GroupVersionKind{Group: "helm.m.crossplane.io", Version: "v1beta1", Kind: kind}
}

// Kubernetes is a kind of provider-kubernetes.
func Kubernetes(kind string) schema.GroupVersionKind {
	return schema.GroupVersionKind{Group: "kubernetes.m.crossplane.io", Version: "v1alpha1", Kind: kind}
}
