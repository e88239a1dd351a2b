package standin

import (
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

const (
	externalName = "crossplane.io/external-name"
	finalizer    = "finalizer.managedresource.crossplane.io"
)

// object is a managed resource with what its provider config says of AWS.
type object struct {
	*unstructured.Unstructured
	account account
	ledger  *Ledger
}

type account struct{ partition, id string }

// roleARN finds the account in the role that a provider config assumes.
var roleARN = regexp.MustCompile(`arn:(aws[a-z-]*):iam::(\d{12}):role/`)

// service is the group without the provider's suffix, and the kind: eks/Cluster.
func (o *object) service() string {
	group, _, _ := strings.Cut(o.GroupVersionKind().Group, ".")
	return group + "/" + o.GetKind()
}

func (o *object) name() string { return o.GetAnnotations()[externalName] }

// spec is what is wanted of AWS: forProvider over initProvider.
func (o *object) spec() map[string]any {
	initial, _, _ := unstructured.NestedMap(o.Object, "spec", "initProvider")
	wanted, _, _ := unstructured.NestedMap(o.Object, "spec", "forProvider")
	return merge(initial, wanted)
}

func merge(under, over map[string]any) map[string]any {
	merged := map[string]any{}
	for key, value := range under {
		merged[key] = value
	}
	for key, value := range over {
		below, both := merged[key].(map[string]any)
		above, isMap := value.(map[string]any)
		if both && isMap {
			value = merge(below, above)
		}
		merged[key] = value
	}
	return merged
}

// text is a text of the spec by its dotted path.
func (o *object) text(path string) string {
	value, _, _ := unstructured.NestedString(o.spec(), strings.Split(path, ".")...)
	return value
}

// observed is a value of what the stand-in reported of the object.
func (o *object) observed(fields ...string) string {
	value, _, _ := unstructured.NestedString(o.Object, append([]string{"status", "atProvider"}, fields...)...)
	return value
}

// exists tells whether AWS has it.
func (o *object) exists() bool { return o.name() != "" && conditionOf(o, "Ready") == "True" }

// inside tells what lives inside a new cluster.
func (o *object) inside() bool {
	return strings.HasPrefix(o.service(), "helm/") || strings.HasPrefix(o.service(), "kubernetes/")
}

// deletable tells whether the provider may delete it, which management policies
// say; all are allowed when none is named.
func (o *object) deletable() bool {
	policies, set, _ := unstructured.NestedStringSlice(o.Object, "spec", "managementPolicies")
	return !set || contains(policies, "*") || contains(policies, "Delete")
}

// texts calls f for each text in a value.
func texts(value any, f func(string)) {
	switch v := value.(type) {
	case string:
		f(v)
	case []any:
		for _, item := range v {
			texts(item, f)
		}
	case map[string]any:
		for _, item := range v {
			texts(item, f)
		}
	}
}
