package diff

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/load"
	cuejson "cuelang.org/go/encoding/json"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/goldenfile"
	"github.com/dominoc/dominoc/tests/random"
)

// field is a field of the schema, with * for the name in a map and for an element
// of a list.
type field struct {
	path string
	// group: all of its parts are fields themselves, and it is never absent.
	group bool
}

// schemaFields are all fields of the schema, in its order.
func schemaFields() []field {
	var all []field
	walkFields(reflect.TypeFor[v1alpha1.Environment](), "", &all)
	return all
}

func walkFields(t reflect.Type, path string, all *[]field) {
	switch t.Kind() {
	case reflect.Pointer:
		walkFields(t.Elem(), path, all)
	case reflect.Struct:
		for i := range t.NumField() {
			name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
			inner, of := strings.TrimPrefix(path+"."+name, "."), t.Field(i).Type
			group := slices.Contains([]reflect.Kind{reflect.Struct, reflect.Map, reflect.Slice}, of.Kind()) && !free(of)
			*all = append(*all, field{inner, group})
			walkFields(of, inner, all)
		}
	case reflect.Map, reflect.Slice:
		if free(t) {
			return
		}
		elem := t.Elem()
		if path == "cluster.admins" { // or a bare ARN
			elem = reflect.TypeFor[v1alpha1.Admin]()
		}
		*all = append(*all, field{path + ".*", elem.Kind() == reflect.Map})
		walkFields(elem, path+".*", all)
	}
}

// free tells that a map has a schema of its own, as an add-on's configuration.
func free(t reflect.Type) bool {
	return t.Kind() == reflect.Map && t.Elem().Kind() == reflect.Interface
}

// classesFile says of each way in which a field changes which dangers diff
// reports of it, and why where it reports none:
//
//	field, added|changed|removed: codes | reason
const classesFile = "testdata/fields.txt"

// detectorsFile says which fields each detector looks at.
const detectorsFile = "../../compositions/diff/detectors.txt"

// class is what diff says of a change of a field.
type class struct {
	codes  map[string]bool
	silent bool // some change of this sort is reported as no danger
	reason string
}

// Every field of the schema is changed once in random environments, and every such
// change is a danger or harmless for a reason that the table states. A field that
// is not in the table fails, and so does an entry that is no longer true. Each
// detector names just the fields that its dangers come from.
func TestEachChangeOfEachFieldIsADangerOrHarmlessForAReason(t *testing.T) {
	found, looked := changesOfFields(t)
	stated := readClasses(t)
	if goldenfile.Updating() {
		writeClasses(t, found, stated)
		writeDetectors(t, looked)
		stated = readClasses(t)
	}
	for _, f := range schemaFields() {
		if f.group {
			continue
		}
		known := false
		for _, op := range operations {
			known = known || found[f.path+", "+op] != nil
		}
		never := stated[f.path+", never"]
		require.False(t, known == (never != nil), "field %s: change it in this test (examples), or state in %s why it never changes by itself", f.path, classesFile)
		require.True(t, never == nil || never.reason != "", "%s, never: give the reason", f.path)
	}
	for _, id := range sortedNames(found) {
		require.NotNil(t, stated[id], "%s is not classed in %s; diff reports %v", id, classesFile, sortedNames(found[id].codes))
		require.Equal(t, sortedNames(stated[id].codes), sortedNames(found[id].codes), id)
		require.True(t, !found[id].silent || stated[id].reason != "", "%s is no danger at times: give the reason in %s", id, classesFile)
	}
	for id := range stated {
		require.True(t, found[id] != nil || strings.HasSuffix(id, ", never"), "%s is classed in %s, and there is no such change", id, classesFile)
	}
	for _, d := range diff.Detectors() {
		require.Equal(t, sortedNames(looked[d.Name]), slices.Sorted(slices.Values(d.Fields)), "detector %q looks at other fields than it says in compositions/diff/detectors.txt", d.Name)
	}
}

func sortedNames[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

var operations = []string{"added", "changed", "removed"}

// enough is in how many environments each way to change a field is tried.
const enough = 2

// changesOfFields are the classes of all changes, and the fields from which each
// detector found a danger.
func changesOfFields(t *testing.T) (map[string]*class, map[string]map[string]bool) {
	t.Helper()
	found, looked, tried := map[string]*class{}, map[string]map[string]bool{}, map[string]int{}
	check := newChecker(t)
	for seed := range uint64(45) {
		text, err := json.Marshal(random.Environment(random.New(seed)))
		require.NoError(t, err)
		before := check.environment(string(text))
		require.NotNil(t, before, "seed %d", seed)
		base := compiled(before)
		require.NotNil(t, base, "seed %d", seed)
		for _, f := range schemaFields() {
			if f.group {
				continue // its parts change
			}
			accepted := map[string]acceptable{}
			for i, e := range edits(f.path, string(text), before) {
				id := fmt.Sprint(f.path, ", ", e.operation)
				if which := fmt.Sprint(id, i); tried[which] < enough {
					if head, dangers := check.dangers(base, before, e.text); head != nil {
						tried[which]++
						for _, d := range dangers {
							adviceLine(t, d) // is classed
						}
						record(found, looked, f.path, id, dangers)
						if back := backwards(e.operation); back != "" {
							record(found, looked, f.path, fmt.Sprint(f.path, ", ", back), diff.Compare(head, base).Dangers)
						}
						requireToldApart(t, accepted, f.path, fmt.Sprintf("seed %d, %s", seed, which), head, dangers)
					}
				}
			}
		}
	}
	record(found, looked, "name", "name, changed", []diff.Danger{diff.Renamed("a", "b")})
	return found, looked
}

// acceptable is a danger of a change, as an acceptance of it would count.
type acceptable struct{ change, head string }

// requireToldApart holds that an acceptance of the danger that one value of a field
// brings does not accept that of another value. accepted are the changes of the same
// file so far, by danger and fingerprint. Of what disturbs, and of what AWS refuses
// whatever the value is, one is as bad as another; and what goes when the way into a
// cluster or the image of GPU nodes changes is the same whatever comes.
func requireToldApart(t *testing.T, accepted map[string]acceptable, path, change string, head *diff.Environment, dangers []diff.Danger) {
	t.Helper()
	subject := diff.Subject{Dangers: dangers}
	for _, d := range dangers {
		if code, _ := diff.CodeOf(d.Code); code.Class == diff.Disturbs || d.Code == "stuck" || path == "cluster.inCluster" || path == "pools.*.gpu" && strings.HasSuffix(d.ID(), "/labels") {
			continue
		}
		key := d.ID() + " " + subject.Fingerprint(d.ID())
		if other, same := accepted[key]; same && other.head != head.Digest() {
			t.Errorf("%s: who accepts %s of %s accepts this one: %s", change, d.ID(), other.change, d.Message)
		}
		accepted[key] = acceptable{change, head.Digest()}
	}
}

// backwards is what a change does to a field when it is taken back: each value is
// raised and lowered, each list grows and shrinks, each switch is turned both ways. A
// removed field may have a default, so that what is taken back has no name there.
func backwards(operation string) string {
	return map[string]string{"changed": "changed", "added": "removed"}[operation]
}

func record(found map[string]*class, looked map[string]map[string]bool, path, id string, dangers []diff.Danger) {
	c := found[id]
	if c == nil {
		c = &class{codes: map[string]bool{}}
		found[id] = c
	}
	c.silent = c.silent || len(dangers) == 0
	for _, d := range dangers {
		c.codes[d.Code] = true
		if d.Detector == "" {
			continue
		}
		if looked[d.Detector] == nil {
			looked[d.Detector] = map[string]bool{}
		}
		looked[d.Detector][path] = true
	}
}

// checker reads environments as the schema does.
type checker struct {
	context    *cue.Context
	definition cue.Value
	read       int
}

func newChecker(t *testing.T) *checker {
	t.Helper()
	c := &checker{}
	c.renew()
	require.NoError(t, c.definition.Err())
	return c
}

// renew makes a new context: one grows with every value.
func (c *checker) renew() {
	c.context = cuecontext.New()
	schema := c.context.BuildInstance(load.Instances([]string{"."}, &load.Config{Dir: "../../schema/v1alpha1"})[0])
	c.definition = schema.LookupPath(cue.ParsePath("#Environment"))
}

// environment is what the schema makes of a file, nil where it refuses it.
func (c *checker) environment(text string) *v1alpha1.Environment {
	if c.read++; c.read%400 == 0 {
		c.renew()
	}
	expr, err := cuejson.Extract("", []byte(text))
	if err != nil {
		return nil
	}
	value := c.definition.Unify(c.context.BuildExpr(expr))
	env := &v1alpha1.Environment{}
	if value.Validate(cue.Concrete(true), cue.Definitions(true)) != nil || value.Decode(env) != nil {
		return nil
	}
	return env
}

// dangers are those of a change to a file, with what it then compiles to: nil where
// it is not valid, or says the same as before.
func (c *checker) dangers(base *diff.Environment, before *v1alpha1.Environment, text string) (*diff.Environment, []diff.Danger) {
	env := c.environment(text)
	if env == nil || reflect.DeepEqual(env, before) {
		return nil, nil
	}
	head := compiled(env)
	if head == nil {
		return nil, nil
	}
	return head, diff.Compare(base, head).Dangers
}

// state is what a file compiles to, nil where it is not valid.
func (c *checker) state(text string) *diff.Environment {
	env := c.environment(text)
	if env == nil {
		return nil
	}
	return compiled(env)
}

// compiled is what an environment compiles to, nil where its plan is refused.
func compiled(env *v1alpha1.Environment) *diff.Environment {
	state, _, err := output.StateOf(compositions.Input{Environment: env, At: func(diag.Path) diag.Pos { return diag.Pos{File: "x"} }})
	if err != nil || state == nil {
		return nil
	}
	if env.Adopted != nil {
		state.Kept = env.Adopted.Kept
	}
	return state
}

// edit is a file with one field changed.
type edit struct {
	operation string
	text      string
}

// edits are the ways in which a field of a file can change.
func edits(path, text string, env *v1alpha1.Environment) []edit {
	var all []edit
	for _, set := range specials[path] {
		tree := parsedText(text).(map[string]any)
		if operation := set(tree, env); operation != "" {
			all = append(all, edit{operation, rendered(tree)})
		}
	}
	steps := strings.Split(path, ".")
	for _, example := range examples[path] {
		if tree, operation := put(parsedText(text), steps, parsedText(filledIn(example, env))); operation != "" {
			all = append(all, edit{operation, rendered(tree)})
		}
	}
	if tree, there := drop(parsedText(text), steps); there {
		all = append(all, edit{"removed", rendered(tree)})
	}
	return all
}

func parsedText(text string) any {
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		panic(text + ": " + err.Error())
	}
	return value
}

func rendered(tree any) string {
	data, err := json.Marshal(tree)
	if err != nil {
		panic(err)
	}
	return string(data)
}

// filledIn is an example with values of an environment.
func filledIn(example string, env *v1alpha1.Environment) string {
	region, _ := catalog.FindRegion(env.Region)
	return strings.NewReplacer("{account}", env.Account, "{region}", env.Region, "{partition}", region.Partition,
		"{fqdn}", env.Domain.FQDN, "{version}", env.Cluster.Version, "{zone}", env.Zones[0]).Replace(example)
}

// put sets the value at a path, and says what that does to the field; "" for
// nothing. A final * appends to a list, and adds a name and a value to a map. On
// the way * is the last name or element.
func put(tree any, steps []string, value any) (any, string) {
	switch {
	case len(steps) == 0 && tree == nil:
		return value, "added"
	case len(steps) == 0 && reflect.DeepEqual(tree, value):
		return tree, ""
	case len(steps) == 0:
		return value, "changed"
	}
	operation := ""
	entry, named := value.([]any)
	switch t := tree.(type) {
	case []any:
		if len(steps) == 1 {
			return append(t, value), "added"
		}
		if len(t) > 0 {
			t[len(t)-1], operation = put(t[len(t)-1], steps[1:], value)
		}
		return t, operation
	case map[string]any:
		name := steps[0]
		switch {
		case name == "*" && len(steps) == 1 && named:
			t[entry[0].(string)], operation = put(t[entry[0].(string)], nil, entry[1])
			return t, operation
		case name == "*" && len(t) == 0:
			return t, ""
		case name == "*":
			name = slices.Max(sortedNames(t))
		}
		inner, operation := put(t[name], steps[1:], value)
		if operation != "" {
			t[name] = inner
		}
		return t, operation
	case nil:
		switch {
		case steps[0] == "*" && len(steps) == 1 && named:
			return map[string]any{entry[0].(string): entry[1]}, "added"
		case steps[0] == "*" && len(steps) == 1:
			return []any{value}, "added"
		}
	}
	return tree, ""
}

// drop removes what is at a path, and says whether anything was there.
func drop(tree any, steps []string) (any, bool) {
	switch t := tree.(type) {
	case []any:
		if len(t) == 0 {
			return t, false
		}
		if len(steps) == 1 {
			return t[:len(t)-1], true
		}
		inner, there := drop(t[len(t)-1], steps[1:])
		t[len(t)-1] = inner
		return t, there
	case map[string]any:
		name := steps[0]
		if name == "*" && len(t) > 0 {
			name = slices.Max(sortedNames(t))
		}
		inner, there := t[name]
		if len(steps) == 1 || !there {
			delete(t, name)
			return t, there
		}
		t[name], there = drop(inner, steps[1:])
		return t, there
	}
	return tree, false
}

// readClasses reads the table.
func readClasses(t *testing.T) map[string]*class {
	t.Helper()
	data, err := os.ReadFile(classesFile)
	require.NoError(t, err)
	all := map[string]*class{}
	for line := range strings.Lines(string(data)) {
		id, rest, ok := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		codes, reason, _ := strings.Cut(rest, "|")
		c := &class{codes: map[string]bool{}, reason: strings.TrimSpace(reason)}
		for code := range strings.FieldsSeq(codes) {
			if code != "-" {
				c.codes[code] = true
			}
		}
		all[id] = c
	}
	return all
}

// writeClasses writes what was found, with the reasons that there are.
func writeClasses(t *testing.T, found, stated map[string]*class) {
	t.Helper()
	var out strings.Builder
	out.WriteString("# What diff reports of each change of each field: codes, or - for none, and the\n# reason where some such change is harmless. UPDATE=1 writes codes, never reasons.\n")
	for _, f := range schemaFields() {
		for _, operation := range append(operations, "never") {
			id := f.path + ", " + operation
			c, known := found[id]
			old := cmp.Or(stated[id], &class{})
			if !known && (operation != "never" || f.group || found[f.path+", added"] != nil || found[f.path+", changed"] != nil || found[f.path+", removed"] != nil) {
				continue
			}
			line := id + ": "
			if known {
				line += strings.Join(sortedNames(c.codes), " ")
			}
			if !known || len(c.codes) == 0 {
				line += "-"
			}
			if !known || c.silent {
				line += " | " + old.reason
			}
			out.WriteString(strings.TrimRight(line, " ") + "\n")
		}
	}
	goldenfile.Write(t, classesFile, []byte(out.String()))
}

// writeDetectors writes the fields of each detector.
func writeDetectors(t *testing.T, looked map[string]map[string]bool) {
	t.Helper()
	var out strings.Builder
	out.WriteString("# The fields of an environment's file that each detector looks at.\n")
	for _, d := range diff.Detectors() {
		out.WriteString(d.Name + ": " + strings.Join(sortedNames(looked[d.Name]), " ") + "\n")
	}
	goldenfile.Write(t, detectorsFile, []byte(out.String()))
	t.Log("compositions/diff/detectors.txt is part of the test's binary: run it again")
}
