package workspace

import (
	"context"
	"path/filepath"

	"github.com/dominoc/dominoc/compositions/crds"
	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/schema/diag"
)

// AgainstDefinitions compares the resources of the selected environments, which compile,
// with the definitions of a release of provider-aws in a folder.
func (w *Workspace) AgainstDefinitions(ctx context.Context, s Selection, folder string) (diag.List, error) {
	release, err := crds.Open(w.Path(folder), filepath.ToSlash(folder))
	if err != nil {
		return nil, &Mistake{err}
	}
	c, err := w.CompileFleet(ctx, s)
	if err != nil || c.Fleet == nil {
		return nil, err
	}
	for _, name := range c.Fleet.Names() {
		if !c.Chosen(name) {
			continue
		}
		environment, err := c.Fleet.Environment(name)
		if err != nil {
			return nil, Bug(err)
		}
		state, err := output.State(environment)
		if err != nil {
			return nil, Bug(err)
		}
		for _, r := range state.Resources {
			if err := release.Add(name, r.Object); err != nil {
				return nil, err
			}
		}
	}
	return release.Problems(), nil
}
