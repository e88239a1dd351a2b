package change

import (
	"path/filepath"

	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
)

// Misaccepted says what is wrong with the acceptances of the fleet's policy below a
// root, as far as that is known without a base.
func Misaccepted(loader *load.Loader, root string) diag.List {
	_, found := acceptances(loader, root)
	return found
}

// acceptances are those of the fleet's policy below a root.
func acceptances(loader *load.Loader, root string) ([]diff.Acceptance, diag.List) {
	read, found := loader.Acceptances(filepath.Join(root, filepath.FromSlash(diff.PolicyFolder)))
	all := make([]diff.Acceptance, len(read.Values))
	for i, value := range read.Values {
		all[i] = diff.Acceptance{Acceptance: value, Pos: read.At[i]}
	}
	return all, append(found, diff.Misnamed(all)...)
}
