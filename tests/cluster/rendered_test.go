package cluster

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

// unknown is how dominoc render writes what only AWS knows.
const unknown = "(known after apply)"

// rendered compares all that Crossplane composed with what dominoc render says,
// field by field, both ways: nothing else exists, and a field that is not
// rendered is a default of the CRD or was filled by the provider.
func (s *suite) rendered(t *testing.T) {
	for _, name := range s.fleet.names() {
		differences, err := s.differences(context.Background(), name)
		require.NoError(t, err)
		for _, difference := range differences {
			t.Error(difference)
		}
	}
}

// differences says in what an environment differs from what dominoc render says.
func (s *suite) differences(ctx context.Context, name string) ([]string, error) {
	objects, err := s.fleet.rendered(name)
	if err != nil {
		return nil, err
	}
	composed, err := s.composed(ctx, "domino-"+name)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, object := range objects {
		want := &unstructured.Unstructured{Object: object}
		id := identify(want)
		got, ok := composed[id]
		if !ok {
			all = append(all, id+" is rendered and does not exist")
			continue
		}
		delete(composed, id)
		found, err := s.compare(ctx, want, got)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	for id := range composed {
		all = append(all, id+" exists and is not rendered")
	}
	slices.Sort(all)
	return all, nil
}

func identify(o *unstructured.Unstructured) string {
	return o.GroupVersionKind().GroupKind().String() + " " + o.GetNamespace() + "/" + o.GetName()
}

// composed are the objects of a namespace that Crossplane composed; of all when
// it is empty.
func (s *suite) composed(ctx context.Context, namespace string) (map[string]*unstructured.Unstructured, error) {
	kinds, err := s.kinds(ctx)
	if err != nil {
		return nil, err
	}
	all := map[string]*unstructured.Unstructured{}
	for _, kind := range kinds {
		found, err := s.Client.List(ctx, kind, namespace)
		if err != nil {
			return nil, err
		}
		for i := range found {
			if keyOf(&found[i]) != "" {
				all[identify(&found[i])] = &found[i]
			}
		}
	}
	return all, nil
}

// keyOf is the key under which a Composition made an object; nothing for others.
func keyOf(o *unstructured.Unstructured) string {
	return o.GetAnnotations()["crossplane.io/composition-resource-name"]
}

// kinds are those that Crossplane may compose.
func (s *suite) kinds(ctx context.Context) ([]schema.GroupVersionKind, error) {
	kinds := []schema.GroupVersionKind{
		{Version: "v1", Kind: "Secret"},
		{Group: "protection.crossplane.io", Version: "v1beta1", Kind: "Usage"},
		{Group: "kubernetes.m.crossplane.io", Version: "v1alpha1", Kind: "ProviderConfig"},
		{Group: "helm.m.crossplane.io", Version: "v1beta1", Kind: "ProviderConfig"},
	}
	crds, err := s.definitions(ctx)
	if err != nil {
		return nil, err
	}
	for _, crd := range crds {
		kinds = append(kinds, stored(crd))
	}
	return append(kinds, s.fleet.composites()...), nil
}

// definitions are those of the managed resources that the fleet activates. They
// are large, and read once.
func (s *suite) definitions(ctx context.Context) ([]unstructured.Unstructured, error) {
	if s.managed != nil {
		return s.managed, nil
	}
	var crds []unstructured.Unstructured
	for _, name := range s.fleet.activated() {
		crd, err := s.Client.Read(ctx, crdKind, "", name)
		if err != nil {
			return nil, err
		}
		crds = append(crds, *crd)
	}
	s.managed = crds
	return crds, nil
}

func (s *suite) crds(t *testing.T) []unstructured.Unstructured {
	t.Helper()
	crds, err := s.definitions(context.Background())
	require.NoError(t, err)
	return crds
}

var crdKind = schema.GroupVersionKind{Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition"}

func stored(crd unstructured.Unstructured) schema.GroupVersionKind {
	group, _, _ := unstructured.NestedString(crd.Object, "spec", "group")
	kind, _, _ := unstructured.NestedString(crd.Object, "spec", "names", "kind")
	versions, _, _ := unstructured.NestedSlice(crd.Object, "spec", "versions")
	for _, v := range versions {
		if version, _ := v.(harness.Object); version["storage"] == true {
			return schema.GroupVersionKind{Group: group, Version: version["name"].(string), Kind: kind}
		}
	}
	return schema.GroupVersionKind{}
}

// comparison of one object; report is told each difference.
type comparison struct {
	report func(format string, args ...any)
}

// compare says in what an object differs from what is rendered.
func (s *suite) compare(ctx context.Context, want, got *unstructured.Unstructured) ([]string, error) {
	var said []string
	c := comparison{report: func(format string, args ...any) {
		said = append(said, identify(want)+": "+fmt.Sprintf(format, args...))
	}}
	filled, err := ownedBy(got, s.world.managers()...)
	if err != nil {
		return nil, err
	}
	definition, err := s.definition(ctx, want.GroupVersionKind())
	if err != nil {
		return nil, err
	}
	c.within("labels", stringMap(want.GetLabels()), stringMap(got.GetLabels()))
	c.within("annotations", stringMap(want.GetAnnotations()), stringMap(got.GetAnnotations()))
	wanted, machinery := specOf(want)
	spec, live := specOf(got)
	c.within("spec.crossplane", machinery, live) // Crossplane adds to it
	c.equal("spec", wanted, spec, below(filled, "spec"), property(definition, "spec"))
	return said, nil
}

// specOf is the spec of an object, and apart from it that of Crossplane's
// machinery.
func specOf(o *unstructured.Unstructured) (spec, machinery harness.Object) {
	spec, _ = o.DeepCopy().Object["spec"].(harness.Object)
	machinery, _ = spec["crossplane"].(harness.Object)
	delete(spec, "crossplane")
	return spec, machinery
}

// within holds a map against one that may have more.
func (c comparison) within(path string, want, got harness.Object) {
	for key, value := range want {
		c.equal(path+"."+key, value, got[key], nil, nil)
	}
}

// equal compares a value; filled are the fields below it that the provider
// filled, definition is its schema.
func (c comparison) equal(path string, want, got any, filled, definition harness.Object) {
	switch w := want.(type) {
	case string:
		if text, ok := got.(string); !ok || !matches(w, text) {
			c.report("%s is %v, not %q", path, got, w)
		}
	case []any:
		g, _ := got.([]any)
		if len(g) != len(w) {
			c.report("%s has %d items, not %d", path, len(g), len(w))
			return
		}
		items, _ := definition["items"].(harness.Object)
		for i := range w {
			// A list belongs to one owner as a whole: in the items of one that
			// the provider wrote, it may have filled anything.
			c.equal(fmt.Sprintf("%s[%d]", path, i), w[i], g[i], filled, items)
		}
	case harness.Object:
		g, _ := got.(harness.Object)
		c.fields(path, w, g, filled, definition)
	default:
		if !reflect.DeepEqual(want, got) && fmt.Sprint(want) != fmt.Sprint(got) {
			c.report("%s is %v, not %v", path, got, want)
		}
	}
}

func (c comparison) fields(path string, want, got, filled, definition harness.Object) {
	for _, key := range slices.Sorted(maps.Keys(want)) {
		value, ok := got[key]
		if !ok {
			c.report("%s.%s is missing", path, key)
			continue
		}
		c.equal(path+"."+key, want[key], value, below(filled, key), property(definition, key))
	}
	for _, key := range slices.Sorted(maps.Keys(got)) {
		if _, rendered := want[key]; rendered {
			continue
		}
		if _, provided := filled["f:"+key]; provided || wholly(filled) {
			continue
		}
		if byDefault, ok := property(definition, key)["default"]; ok && reflect.DeepEqual(byDefault, got[key]) {
			continue
		}
		c.report("%s.%s is %v and is not rendered", path, key, got[key])
	}
}

// matches compares texts; what only AWS knows stands for any text, also in base64.
func matches(want, got string) bool {
	if inside, ok := decoded(want); ok && strings.Contains(inside, unknown) {
		text, ok := decoded(got)
		return ok && matches(inside, text)
	}
	if !strings.Contains(want, unknown) {
		return want == got
	}
	pattern := strings.ReplaceAll(regexp.QuoteMeta(want), regexp.QuoteMeta(unknown), `.+`)
	return regexp.MustCompile("(?s)^"+pattern+"$").MatchString(got) && !strings.Contains(got, unknown)
}

func decoded(text string) (string, bool) {
	inside, err := base64.StdEncoding.DecodeString(text)
	return string(inside), err == nil
}

// ownedBy are the fields of an object that managers wrote, as managedFields has
// them.
func ownedBy(o *unstructured.Unstructured, managers ...string) (harness.Object, error) {
	fields := harness.Object{}
	for _, entry := range o.GetManagedFields() {
		if entry.Subresource != "" || !slices.Contains(managers, entry.Manager) {
			continue
		}
		of := harness.Object{}
		if err := json.Unmarshal(entry.FieldsV1.Raw, &of); err != nil {
			return nil, err
		}
		merge(fields, of)
	}
	return fields, nil
}

// merge adds fields to those that are there.
func merge(into, fields harness.Object) {
	for key, value := range fields {
		here, both := into[key].(harness.Object)
		there, deep := value.(harness.Object)
		if both && deep {
			merge(here, there)
		} else {
			into[key] = value
		}
	}
}

// below are the fields below one; those of a list that is owned as a whole are
// not told apart.
func below(fields harness.Object, key string) harness.Object {
	value, ok := fields["f:"+key].(harness.Object)
	if ok && len(value) == 0 {
		return harness.Object{whole: true}
	}
	return value
}

// whole marks a value that the provider wrote as a whole.
const whole = "."

func wholly(filled harness.Object) bool { return filled[whole] == true }

func property(definition harness.Object, key string) harness.Object {
	properties, _ := definition["properties"].(harness.Object)
	found, _ := properties[key].(harness.Object)
	return found
}

// definition is the schema of a kind; nothing when it is none of a CRD.
func (s *suite) definition(ctx context.Context, kind schema.GroupVersionKind) (harness.Object, error) {
	if found, ok := s.schemas[kind]; ok {
		return found, nil
	}
	crds, err := s.Client.List(ctx, crdKind, "")
	if err != nil {
		return nil, err
	}
	for _, crd := range crds {
		versions, _, _ := unstructured.NestedSlice(crd.Object, "spec", "versions")
		for _, v := range versions {
			version := v.(harness.Object)
			defined := stored(crd)
			defined.Version = version["name"].(string)
			schema, _, _ := unstructured.NestedMap(version, "schema", "openAPIV3Schema")
			s.schemas[defined] = schema
		}
	}
	return s.schemas[kind], nil
}

func stringMap(m map[string]string) harness.Object {
	object := harness.Object{}
	for key, value := range m {
		object[key] = value
	}
	return object
}
