package crds

import (
	"strings"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	storagev1 "k8s.io/api/storage/v1"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metavalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// coreKinds returns the kinds of Kubernetes itself that a cluster may be given,
// with their Go types, and the one of Flux's whose definition no module has.
func coreKinds() map[schema.GroupVersionKind]coreKind {
	apps, core := appsv1.SchemeGroupVersion.WithKind, corev1.SchemeGroupVersion.WithKind
	admission := admissionv1.SchemeGroupVersion.WithKind
	rbac, storage := rbacv1.SchemeGroupVersion.WithKind, storagev1.SchemeGroupVersion.WithKind
	return map[schema.GroupVersionKind]coreKind{
		core("Namespace"):                             {apiextensions.ClusterScoped, &corev1.Namespace{}},
		core("ServiceAccount"):                        {apiextensions.NamespaceScoped, &corev1.ServiceAccount{}},
		core("ConfigMap"):                             {apiextensions.NamespaceScoped, &corev1.ConfigMap{}},
		apps("Deployment"):                            {apiextensions.NamespaceScoped, &appsv1.Deployment{}},
		core("Secret"):                                {apiextensions.NamespaceScoped, &corev1.Secret{}},
		rbac("ClusterRole"):                           {apiextensions.ClusterScoped, &rbacv1.ClusterRole{}},
		rbac("ClusterRoleBinding"):                    {apiextensions.ClusterScoped, &rbacv1.ClusterRoleBinding{}},
		rbac("Role"):                                  {apiextensions.NamespaceScoped, &rbacv1.Role{}},
		rbac("RoleBinding"):                           {apiextensions.NamespaceScoped, &rbacv1.RoleBinding{}},
		admission("ValidatingAdmissionPolicy"):        {apiextensions.ClusterScoped, &admissionv1.ValidatingAdmissionPolicy{}},
		admission("ValidatingAdmissionPolicyBinding"): {apiextensions.ClusterScoped, &admissionv1.ValidatingAdmissionPolicyBinding{}},
		storage("StorageClass"):                       {apiextensions.ClusterScoped, &storagev1.StorageClass{}},

		helmv2.GroupVersion.WithKind(helmv2.HelmReleaseKind): {apiextensions.NamespaceScoped, &helmv2.HelmRelease{}},
	}
}

type coreKind struct {
	scope Scope
	typed any
}

func coreScope(gvk schema.GroupVersionKind) (Scope, bool) {
	k, ok := coreKinds()[gvk]
	return k.scope, ok
}

// validateCore decodes an object strictly into its Go type.
func validateCore(content map[string]any, gvk schema.GroupVersionKind) field.ErrorList {
	k := coreKinds()[gvk]
	errs := validateMetadata(content, k.scope)
	err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(content, k.typed, true)
	if err != nil {
		errs = append(errs, field.Invalid(nil, gvk.Kind, err.Error()))
	}
	return errs
}

// validateMetadata checks an object's name, namespace, labels and annotations against the
// rules for all kinds.
func validateMetadata(content map[string]any, scope Scope) field.ErrorList {
	u := &unstructured.Unstructured{Object: content}
	name := metavalidation.NameIsDNSSubdomain
	if u.GetKind() == "Namespace" {
		name = metavalidation.ValidateNamespaceName
	}
	if strings.HasPrefix(u.GetAPIVersion(), "rbac.") {
		name = func(string, bool) []string { return nil } // any path segment will do
	}
	return metavalidation.ValidateObjectMetaAccessor(u, scope == apiextensions.NamespaceScoped, name, field.NewPath("metadata"))
}
