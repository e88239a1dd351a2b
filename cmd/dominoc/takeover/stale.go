package takeover

import (
	"fmt"
	"slices"

	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
)

// stale returns the facts of an environment that the states contradict.
func (f *facts) stale(w *workspace.Workspace, is load.Result, pools []Pool) ([]string, error) {
	contents, err := f.contents(is.Environment.Domain.FQDN, pools)
	if err != nil {
		return nil, err
	}
	fresh := w.Loader.Draft(is.Folder, contents)
	if fresh.Environment == nil {
		return nil, nil // the schema refuses it, and the report has the reason
	}
	var all []string
	for _, e := range diff.Edits(fresh.Environment, is.Environment) {
		if isFact(e.Path) {
			all = append(all, fmt.Sprintf("%s: %s: the states have %s, the file says %s", is.Source.At(e.Path), e.Path, plain(e.Old), plain(e.New)))
		}
	}
	return all, nil
}

// isFact reports whether a field is one that dominoc import alone writes, and that stays
// true while Terraform's state does.
func isFact(p diag.Path) bool {
	switch {
	case begins(p, "network", "vpc"), begins(p, "encryption", "keyARN"), begins(p, "storage", "datasets", "existing"):
		return true
	case begins(p, "storage", "buckets"):
		return p[len(p)-1] == "name"
	case begins(p, "adopted", "pools"), begins(p, "adopted", "kept"):
		return len(p) > 3 && p[3] != "withoutLabels" && p[3] != "withoutTaints"
	}
	return begins(p, "adopted") && !begins(p, "adopted", "hold") && len(p) > 1
}

func begins(p diag.Path, with ...string) bool {
	return len(p) >= len(with) && slices.Equal(p[:len(with)], with)
}
