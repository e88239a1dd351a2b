package standin

import (
	"encoding/json"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// setCondition sets a condition; its time changes only with its status.
func setCondition(o *object, kind, status, reason, message string) {
	conditions, _, _ := unstructured.NestedSlice(o.Object, "status", "conditions")
	condition := map[string]any{
		"type": kind, "status": status, "reason": reason,
		"lastTransitionTime": time.Now().UTC().Format(time.RFC3339),
	}
	if message != "" {
		condition["message"] = message
	}
	i := slices.IndexFunc(conditions, func(c any) bool { return c.(map[string]any)["type"] == kind })
	if i < 0 {
		conditions = append(conditions, condition)
	} else {
		if last := conditions[i].(map[string]any); last["status"] == status {
			condition["lastTransitionTime"] = last["lastTransitionTime"]
		}
		conditions[i] = condition
	}
	_ = unstructured.SetNestedSlice(o.Object, conditions, "status", "conditions") // it fails for other types only
}

func conditionOf(o *object, kind string) string {
	conditions, _, _ := unstructured.NestedSlice(o.Object, "status", "conditions")
	for _, c := range conditions {
		if condition := c.(map[string]any); condition["type"] == kind {
			status, _ := condition["status"].(string)
			return status
		}
	}
	return ""
}

// account is the AWS account that an object's provider config leads to.
func (w *world) account(o *object) account {
	name, _, _ := unstructured.NestedString(o.Object, "spec", "providerConfigRef", "name")
	config, ok, err := w.configs.GetStore().GetByKey(o.GetNamespace() + "/" + name)
	if err != nil || !ok {
		return account{}
	}
	data, err := json.Marshal(config)
	if err != nil {
		return account{}
	}
	found := roleARN.FindSubmatch(data)
	if found == nil {
		return account{}
	}
	return account{partition: string(found[1]), id: string(found[2])}
}

func with(annotations map[string]string, name, value string) map[string]string {
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations[name] = value
	return annotations
}

func without(all []string, one string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return s == one })
}

func contains(all []string, one string) bool { return slices.Contains(all, one) }

func equal(a, b any) bool { return equality.Semantic.DeepEqual(a, b) }
