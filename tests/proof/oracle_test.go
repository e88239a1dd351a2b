package proof

import (
	"context"
	"fmt"
	"io"
	"log"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	sdk "github.com/hashicorp/terraform-plugin-sdk/v2/terraform"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/proof"
)

// pairs is how many objects of each kind are compared.
const pairs = 50

// The provider finds differences with Terraform's own library. For random objects, and
// random resources that are nearly the same, it finds a difference exactly where Compare
// does.
func TestCompareFindsWhatTerraformFinds(t *testing.T) {
	log.SetOutput(io.Discard) // the library's
	tf, xp := newTerraform(t), newCrossplane(t)
	differences := 0
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			group, name, _ := strings.Cut(kind, "/")
			if framework[xp.terraform(group, name)] {
				t.Skip("another library finds the differences of such resources")
			}
			k := oracle{
				kind: kind, resource: xp.terraform(group, name), fields: xp.fields(group, name),
			}
			k.attributes = known(k.resource, tf.resource(k.resource))
			for seed := range uint64(pairs) {
				r := random{rand.New(rand.NewPCG(seed, 1)), max(6, size(k.fields)/3)}
				theirs := r.resource(k.attributes)
				ours := r.object(k.fields, k.attributes, theirs)
				differences += k.check(t, seed, ours, theirs)
			}
		})
	}
	require.Greater(t, differences, len(kinds)*pairs/4)
	require.Less(t, differences, len(kinds)*pairs*3/4)
}

// known is a schema with what only the table known.csv says.
func known(resource string, all map[string]attribute) map[string]attribute {
	if resource == "aws_eks_cluster" {
		const name = "bootstrap_cluster_creator_admin_permissions"
		a := all["access_config"].below[name]
		a.unread = true
		all["access_config"].below[name] = a
	}
	return all
}

// oracle knows a kind as Terraform does.
type oracle struct {
	kind, resource string
	fields         []field
	attributes     map[string]attribute
}

// check compares in both ways, and returns 1 if there is a difference.
func (k oracle) check(t *testing.T, seed uint64, ours, theirs map[string]any) int {
	t.Helper()
	apiVersion := strings.Replace(k.kind, "/", "/v1beta1/", 1)
	apiVersion = apiVersion[:strings.LastIndex(apiVersion, "/")]
	object := map[string]any{
		"apiVersion": apiVersion, "kind": k.kind[strings.Index(k.kind, "/")+1:],
		"metadata": map[string]any{"name": "x", "annotations": map[string]any{"crossplane.io/external-name": "id"}},
		"spec":     map[string]any{"forProvider": ours},
	}
	compared := proof.Compare([]map[string]any{object}, []proof.Held{{Type: k.resource, ID: "id", Attributes: theirs}})
	got := map[string]bool{}
	for _, d := range compared {
		require.NotEqual(t, proof.Creates, d.Effect)
		if d.Path != "updateDefaultVersion" { // it comes with other differences, and is none
			got[d.Path] = true
		}
	}
	want := k.differences(t, ours, theirs)
	require.True(t, covered(got, want) && covered(want, got), "seed %d\nours   %v\ntheirs %v\nCompare   %v\nTerraform %v",
		seed, ours, theirs, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
	return min(len(compared), 1)
}

// covered reports whether each path is also among others, or is part of one of them, or
// has a part among them: a block that is not there is one difference or one for each of
// its fields.
func covered(paths, others map[string]bool) bool {
	for path := range paths {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(others)), func(other string) bool { return part(path, other) || part(other, path) }) {
			return false
		}
	}
	return true
}

func part(path, of string) bool {
	rest, ok := strings.CutPrefix(path, of)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// differences are the paths that Terraform finds, as upjet asks it to: with a state that
// is what AWS answers, and as in the object where AWS is not asked.
func (k oracle) differences(t *testing.T, ours, theirs map[string]any) map[string]bool {
	t.Helper()
	resource := &schema.Resource{Schema: schemas(k.attributes)}
	params := parameters(k.fields, k.attributes, ours)
	identify(k.fields, k.attributes, params, theirs)
	if _, tagged := k.attributes["tags_all"]; tagged {
		params["tags_all"] = params["tags"]
	}
	read := asked(k.attributes, theirs, params)
	read["id"] = "id"
	if _, tagged := k.attributes["tags_all"]; tagged {
		read["tags"] = theirs["tags_all"]
	}
	value, err := schema.JSONMapToStateValue(read, resource.CoreConfigSchema())
	require.NoError(t, err)
	state, err := resource.ShimInstanceStateFromValue(value)
	require.NoError(t, err)
	state.ID = "id"
	diff, err := schema.InternalMap(resource.Schema).Diff(context.Background(), state, sdk.NewResourceConfigRaw(params), nil, nil, false)
	require.NoError(t, err)
	found := map[string]bool{}
	if diff != nil {
		for key := range diff.Attributes {
			if path := path(k.fields, k.attributes, strings.Split(key, ".")); !strings.HasPrefix(key, "tags_all.") {
				found[path] = true
			}
		}
	}
	return found
}

// schemas makes a schema of Terraform's library.
func schemas(all map[string]attribute) map[string]*schema.Schema {
	out := map[string]*schema.Schema{}
	for name, a := range all {
		s := &schema.Schema{Required: a.said == "required", Optional: a.said == "optional", Computed: a.computed || a.said == "computed"}
		switch a.sort {
		case "string":
			s.Type = schema.TypeString
		case "number":
			s.Type = schema.TypeInt
		case "bool":
			s.Type = schema.TypeBool
		case "map":
			s.Type, s.Elem = schema.TypeMap, &schema.Schema{Type: schema.TypeString}
		case "list":
			s.Type, s.Elem = schema.TypeList, &schema.Schema{Type: schema.TypeString}
		case "set":
			s.Type, s.Elem = schema.TypeSet, &schema.Schema{Type: schema.TypeString}
		case "one":
			s.Type, s.MaxItems, s.Elem = schema.TypeList, 1, &schema.Resource{Schema: schemas(a.below)}
		case "list of blocks":
			s.Type, s.Elem = schema.TypeList, &schema.Resource{Schema: schemas(a.below)}
		case "set of blocks":
			s.Type, s.Elem = schema.TypeSet, &schema.Resource{Schema: schemas(a.below)}
		}
		switch {
		case a.fallback == "":
		case a.sort == "bool":
			s.Default = a.fallback == "true"
		case a.sort == "number":
			s.Default, _ = strconv.Atoi(a.fallback)
		default:
			s.Default = a.fallback
		}
		switch a.compares {
		case "suppressOpenIDURL":
			s.DiffSuppressFunc = func(_, before, after string, _ *schema.ResourceData) bool {
				return strings.TrimPrefix(before, "https://") == strings.TrimPrefix(after, "https://")
			}
		case "SuppressMissingOptionalConfigurationBlock":
			s.DiffSuppressFunc = func(_, before, after string, _ *schema.ResourceData) bool {
				return before == "1" && after == "0"
			}
		}
		out[name] = s
	}
	return out
}

// parameters are the values of an object by the names of Terraform.
func parameters(fields []field, all map[string]attribute, ours map[string]any) map[string]any {
	out := map[string]any{}
	for _, f := range fields {
		value, said := ours[f.name]
		if !said {
			continue
		}
		switch a := all[f.attribute]; {
		case a.sort == "one":
			value = []any{parameters(f.below, a.below, value.(map[string]any))}
		case a.below != nil:
			var list []any
			for _, element := range value.([]any) {
				list = append(list, parameters(f.below, a.below, element.(map[string]any)))
			}
			value = list
		}
		out[f.attribute] = value
	}
	return out
}

// identify adds what no field states and the external name does: name and its like.
func identify(fields []field, all map[string]attribute, params, theirs map[string]any) {
	for name, a := range all {
		i := slices.IndexFunc(fields, func(f field) bool { return f.attribute == name })
		switch {
		case name == "tags_all" || a.said == "computed":
		case i < 0:
			params[name] = theirs[name]
		case a.sort == "one":
			ours, _ := params[name].([]any)
			if list := theirs[name].([]any); len(ours) == 1 && len(list) == 1 {
				identify(fields[i].below, a.below, ours[0].(map[string]any), list[0].(map[string]any))
			}
		}
	}
}

// asked is the state after a refresh.
func asked(all map[string]attribute, theirs, params map[string]any) map[string]any {
	out := map[string]any{}
	for name, a := range all {
		switch value := theirs[name]; {
		case a.unread:
			if out[name] = params[name]; out[name] == nil && a.sort == "bool" {
				out[name] = false // the provider sets it to what it was
			}
		case a.sort == "one" && value != nil:
			list := []any{} // nil would be one that the provider has never set
			for _, element := range value.([]any) {
				var below map[string]any
				if said, ok := params[name].([]any); ok {
					below = said[0].(map[string]any)
				}
				list = append(list, asked(a.below, element.(map[string]any), below))
			}
			out[name] = list
		default:
			out[name] = value
		}
	}
	return out
}

// path is where a key of a difference lies in the object: block_device_mappings.0.ebs.0.iops
// is blockDeviceMappings[0].ebs.iops.
func path(fields []field, all map[string]attribute, key []string) string {
	i := slices.IndexFunc(fields, func(f field) bool { return f.attribute == key[0] })
	if i < 0 {
		return fmt.Sprint("no field ", key)
	}
	f, a := fields[i], all[key[0]]
	switch rest := key[1:]; {
	case len(rest) == 0 || rest[0] == "#" || rest[0] == "%":
		return f.name
	case a.sort == "one" && len(rest) > 1:
		return f.name + "." + path(f.below, a.below, rest[1:])
	case a.sort == "list of blocks" && len(rest) > 1:
		return f.name + "[" + rest[0] + "]." + path(f.below, a.below, rest[1:])
	case a.sort == "map":
		return f.name + "[" + strings.Join(rest, ".") + "]"
	}
	return f.name
}

// random draws values.
type random struct {
	*rand.Rand
	odds int // one field of so many is wrong
}

func size(fields []field) int {
	n := len(fields)
	for _, f := range fields {
		n += size(f.below)
	}
	return n
}

// resource draws what AWS has: each attribute is there, most of them unset.
func (r random) resource(all map[string]attribute) map[string]any {
	out := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		a := all[name]
		many := r.IntN(3)
		switch {
		case name == "tags":
			out[name] = nil
		case a.sort == "one" && r.IntN(4) == 0:
			out[name] = []any{r.block(a.below)}
		case a.sort == "one":
			out[name] = []any{}
		case a.below != nil:
			list := []any{}
			for range many {
				list = append(list, r.block(a.below))
			}
			out[name] = list
		default:
			out[name] = r.value(a.sort)
		}
	}
	return out
}

// block draws a block in which something is set: no object has an empty one.
func (r random) block(all map[string]attribute) map[string]any {
	out := r.resource(all)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		switch a := all[name]; {
		case a.said == "computed":
			continue
		case a.sort == "string":
			out[name] = r.letter()
		case a.sort == "number":
			out[name] = 2.0
		case a.sort == "bool":
			out[name] = true
		case a.sort == "map":
			out[name] = map[string]any{"a": r.letter()}
		case a.sort == "set":
			out[name] = []any{r.letter()}
		case a.below != nil:
			out[name] = []any{r.block(a.below)}
		}
		return out
	}
	return out
}

func (r random) value(sort string) any {
	switch sort {
	case "number":
		return float64(max(r.IntN(4)-1, 0))
	case "bool":
		return r.IntN(2) == 0
	case "map":
		m := map[string]any{}
		for _, key := range []string{"a", "b.c/d", "e"} {
			if r.IntN(3) == 0 {
				m[key] = r.letter()
			}
		}
		return m
	case "list", "set":
		list := []any{}
		for _, text := range r.Perm(3)[:r.IntN(3)] {
			list = append(list, string(rune('a'+text)))
		}
		return list
	}
	if r.IntN(2) == 0 {
		return ""
	}
	return r.letter()
}

func (r random) letter() string { return string(rune('a' + r.IntN(3))) }

// object draws an object that states what AWS has, but for a field or two. Most of them
// agree as a whole.
func (r random) object(fields []field, all map[string]attribute, theirs map[string]any) map[string]any {
	out := map[string]any{}
	for _, f := range fields {
		a := all[f.attribute]
		value := theirs[f.attribute]
		if f.attribute == "tags" && theirs["tags_all"] != nil {
			value = theirs["tags_all"]
		}
		if f.attribute == "region" || f.attribute == "id" && a.sort == "" || a.said == "computed" {
			continue
		}
		switch wrong := r.IntN(r.odds) == 0; {
		case a.sort == "one":
			list := value.([]any)
			if wrong { // there if AWS has none, not there if it has one
				list = nil
				if len(value.([]any)) == 0 {
					list = []any{r.block(a.below)}
				}
			}
			if len(list) == 1 {
				out[f.name] = r.object(f.below, a.below, list[0].(map[string]any))
			}
		case a.below != nil:
			list := value.([]any)
			if wrong && len(list) > 0 {
				list = list[1:]
			}
			var blocks []any
			for _, element := range list {
				blocks = append(blocks, r.object(f.below, a.below, element.(map[string]any)))
			}
			if blocks != nil {
				out[f.name] = blocks
			}
		case wrong && r.IntN(2) == 0:
			out[f.name] = r.value(a.sort)
		case !wrong && !unset(value):
			out[f.name] = value
			if list, ok := value.([]any); ok && a.sort == "set" {
				list = slices.Clone(list)
				slices.Reverse(list)
				out[f.name] = list
			}
		case !wrong && a.fallback != "" && a.fallback != "0":
			out[f.name] = value // or the default would be set
		}
	}
	return out
}

func unset(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		return len(v) == 0
	case []any:
		return len(v) == 0
	}
	return value == nil || value == "" || value == 0.0 || value == false
}
