package terraform

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/diag"
)

// kept returns what the reader keeps of a state's outputs.
func (r root) kept() map[string]any {
	all := map[string]any{}
	for name, output := range r.outputs {
		if k, ok := keptOutputs.field(name); ok {
			if v := k.of(output.value()); v != nil {
				all[name] = v
			}
		}
	}
	return all
}

// mergeOutputs collects the outputs, those of the state that made them first.
func (i *Installation) mergeOutputs(roots []root) {
	for _, own := range []bool{true, false} {
		for _, r := range roots {
			for name, value := range r.kept() {
				_, copied := r.copies[name]
				if _, there := i.Outputs[name]; copied != own && !there {
					i.Outputs[name] = value
				}
			}
		}
	}
}

// stale warns of states whose copy of another state's outputs is not what that state has.
func stale(roots []root) diag.List {
	var found diag.List
	for _, r := range roots {
		differ := map[string][]string{} // fields, by what the original is called
		for name := range keptOutputs.fields {
			original, ok := made(roots, name)
			if !ok || original.File == r.File {
				continue
			}
			of := fmt.Sprintf("%q of %s", name, original.File)
			for _, copied := range []raw{r.copies[name], r.outputs[name]} {
				if copied != nil {
					differ[of] = append(differ[of], differing(name, original.outputs[name], copied)...)
				}
			}
		}
		for of, fields := range differ {
			if len(fields) == 0 {
				continue
			}
			slices.Sort(fields)
			found = append(found, diag.Diagnostic{
				Severity: diag.Warning, Code: "terraform-stale", Pos: whole(r.File),
				Message: fmt.Sprintf("has another copy of the output %s: %s differ", of, strings.Join(slices.Compact(fields), ", ")),
				Hint:    "one of them is out of date: refresh infra, then cluster, then nodes (./tf.sh infra refresh), and name the new states",
			})
		}
	}
	return found
}

// made returns the state that made an output, not one that repeats it.
func made(roots []root, name string) (root, bool) {
	for _, r := range roots {
		if _, copied := r.copies[name]; r.outputs[name] != nil && !copied {
			return r, true
		}
	}
	return root{}, false
}

// differing returns the fields in which two values of an output differ. Fields that the
// reader does not keep have no name here.
func differing(output string, a, b raw) []string {
	left, _ := a.value().(map[string]any)
	right, _ := b.value().(map[string]any)
	k, _ := keptOutputs.field(output)
	var fields []string
	for _, side := range []map[string]any{left, right} {
		for name := range side {
			if reflect.DeepEqual(left[name], right[name]) {
				continue
			}
			if _, known := k.fields[name]; !known {
				name = "other fields"
			}
			fields = append(fields, name)
		}
	}
	return fields
}
