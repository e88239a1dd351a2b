package diff

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

// object is a managed resource of a kind with something below its spec.
func object(kind string, spec map[string]any) map[string]any {
	return map[string]any{
		"apiVersion": kind[:len(kind)-len(shortKind(kind))] + "v1beta1", "kind": shortKind(kind),
		"metadata": map[string]any{"name": "a"}, "spec": spec,
	}
}

// compareFields compares one field of a kind, before and after.
func compareFields(kind, name string, before, after any) []Field {
	spec := func(value any) map[string]any {
		if value == nil {
			return map[string]any{"forProvider": map[string]any{}}
		}
		return map[string]any{"forProvider": map[string]any{name: value}}
	}
	return differences(kind, object(kind, spec(before)), object(kind, spec(after)))
}

// shown are fields as path: old -> new, or path: - removed + added.
func shown(fields []Field) map[string]any {
	out := map[string]any{}
	for _, f := range fields {
		if f.Removed != nil || f.Added != nil {
			out[f.Path.String()] = map[string]any{"-": f.Removed, "+": f.Added}
			continue
		}
		out[f.Path.String()] = []any{f.Old, f.New}
	}
	return out
}

func list(values ...any) []any { return values }

func setChange(removed, added []any) map[string]any { return map[string]any{"-": removed, "+": added} }

func TestFieldsAreComparedByWhatTheyMean(t *testing.T) {
	const cluster, vpc, policy = "eks.aws.m.upbound.io/Cluster", "ec2.aws.m.upbound.io/VPC", "iam.aws.m.upbound.io/Policy"
	for name, c := range map[string]struct {
		kind, field   string
		before, after any
		want          map[string]any
	}{
		"a number is the same however it was read":    {vpc, "n", int64(3), 3.0, map[string]any{}},
		"a field that came":                           {vpc, "a", nil, "x", map[string]any{"a": list(nil, "x")}},
		"a field that went":                           {vpc, "a", "x", nil, map[string]any{"a": list("x", nil)}},
		"a field within an object":                    {vpc, "tags", map[string]any{"a": "1", "b": "2"}, map[string]any{"a": "1", "b": "3"}, map[string]any{"tags.b": list("2", "3")}},
		"a name with dots stands in brackets":         {vpc, "tags", map[string]any{"a.b/c": "1"}, map[string]any{"a.b/c": "2"}, map[string]any{"tags[a.b/c]": list("1", "2")}},
		"a set in another order is the same":          {cluster, "enabledClusterLogTypes", list("api", "audit"), list("audit", "api"), map[string]any{}},
		"a set says what came and went":               {cluster, "enabledClusterLogTypes", list("api", "audit"), list("audit", "scheduler"), map[string]any{"enabledClusterLogTypes": setChange(list("api"), list("scheduler"))}},
		"references are a set where the ids are":      {"eks.aws.m.upbound.io/NodeGroup", "subnetIdRefs", list(map[string]any{"name": "a"}, map[string]any{"name": "b"}), list(map[string]any{"name": "b"}, map[string]any{"name": "a"}), map[string]any{}},
		"a list in another order is not the same":     {"eks.aws.m.upbound.io/NodeGroup", "instanceTypes", list("a", "b"), list("b", "a"), map[string]any{"instanceTypes[0]": list("a", "b"), "instanceTypes[1]": list("b", "a")}},
		"a list of another length is told as a whole": {"eks.aws.m.upbound.io/NodeGroup", "instanceTypes", list("a"), list("a", "b"), map[string]any{"instanceTypes": list(list("a"), list("a", "b"))}},
		"things with a name are matched by it":        {"ec2.aws.m.upbound.io/LaunchTemplate", "tagSpecifications", list(map[string]any{"resourceType": "volume", "n": "1"}, map[string]any{"resourceType": "instance", "n": "1"}), list(map[string]any{"resourceType": "volume", "n": "2"}), map[string]any{"tagSpecifications[resourceType=volume].n": list("1", "2"), "tagSpecifications": setChange(list(map[string]any{"resourceType": "instance", "n": "1"}), nil)}},
		"white space in a document means nothing":     {vpc, "doc", `{"a": 1, "b": [1, 2]}`, "{\n  \"b\": [1,2],\n  \"a\": 1.0\n}", map[string]any{}},
		"a document is compared by its parts":         {vpc, "doc", `{"a": {"b": 1}}`, `{"a": {"b": 2}}`, map[string]any{"doc.a.b": list(1.0, 2.0)}},
		"a text that is no document is one text":      {vpc, "doc", `{"a": `, `{"b": `, map[string]any{"doc": list(`{"a": `, `{"b": `)}},
		"an action alone is a list of one":            {policy, "policy", allowingOne("s3:Get", `"*"`), allowing(`["s3:Get"]`, `["*"]`), map[string]any{}},
		"actions of a statement are a set":            {policy, "policy", allowing(`["s3:Get","s3:Put"]`, `"*"`), allowing(`["s3:Put","s3:Del"]`, `"*"`), map[string]any{"policy.Statement[0].Action": setChange(list("s3:Get"), list("s3:Del"))}},
		"statements are matched by their Sid":         {policy, "policy", statements(`{"Sid":"A","Effect":"Allow","Action":"x"}`, `{"Sid":"B","Effect":"Allow","Action":"y"}`), statements(`{"Sid":"B","Effect":"Deny","Action":"y"}`, `{"Sid":"A","Effect":"Allow","Action":"x"}`), map[string]any{"policy.Statement[Sid=B].Effect": list("Allow", "Deny")}},
		"statements in another order mean the same":   {policy, "policy", statements(`{"Effect":"Allow","Action":"x"}`, `{"Effect":"Deny","Action":"y"}`), statements(`{"Effect":"Deny","Action":["y"]}`, `{"Effect":"Allow","Action":"x"}`), map[string]any{}},
		"a statement that came is told whole":         {policy, "policy", statements(`{"Effect":"Allow","Action":["x"]}`), statements(`{"Effect":"Allow","Action":["x"]}`, `{"Effect":"Deny","Action":["y"]}`), map[string]any{"policy.Statement": setChange(nil, list(map[string]any{"Effect": "Deny", "Action": list("y")}))}},
		"everybody is written in two ways":            {policy, "policy", statements(`{"Effect":"Deny","Principal":"*","Action":"x"}`), statements(`{"Effect":"Deny","Principal":{"AWS":["*"]},"Action":"x"}`), map[string]any{}},
		"one value of a condition stands for a list":  {policy, "policy", statements(`{"Effect":"Deny","Action":"x","Condition":{"Bool":{"a":"true"}}}`), statements(`{"Effect":"Deny","Action":"x","Condition":{"Bool":{"a":["true"]}}}`), map[string]any{}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Empty(t, cmp.Diff(c.want, shown(compareFields(c.kind, c.field, c.before, c.after))))
		})
	}
}

func allowingOne(action, resource string) string { return allowing(`"`+action+`"`, resource) }

func allowing(action, resource string) string {
	return statements(`{"Effect":"Allow","Action":` + action + `,"Resource":` + resource + `}`)
}

func statements(all ...string) string {
	text := `{"Version":"2012-10-17","Statement":[`
	for i, s := range all {
		if i > 0 {
			text += ","
		}
		text += s
	}
	return text + "]}"
}
