package compositions

import (
	"fmt"

	"github.com/dominoc/dominoc/schema/diag"
)

// Check plans the environments and says what is wrong with them, alone and
// beside each other. It lowers nothing.
func Check(inputs []Input) diag.List {
	_, diagnostics := planAll(inputs)
	return diagnostics
}

// uniqueNames refuses an environment with the name of an earlier one: the name
// is its folder, its namespace and the prefix of all that it owns.
func uniqueNames(inputs []Input) diag.List {
	var found diag.List
	first := map[string]Input{}
	for _, in := range inputs {
		name := in.Environment.Name
		other, taken := first[name]
		if !taken {
			first[name] = in
			continue
		}
		path := diag.Path{"name"}
		found = append(found, diag.Diagnostic{
			Severity: diag.Error,
			Code:     "environment-name-taken",
			Pos:      in.At(path),
			Path:     path.String(),
			Message:  fmt.Sprintf("%q is the name of two environments; names are unique in the fleet", name),
			Hint:     "choose another name",
			Notes:    []diag.Note{{Pos: other.At(path), Message: "the other environment"}},
		})
	}
	return found
}
