package output

import (
	"sync"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/compositions/xr"
	"github.com/dominoc/dominoc/schema/catalog"
)

// Prepare makes what every compilation needs and no environment affects. A caller runs
// it while environments are read; otherwise Compile and Files do the same later.
func Prepare() {
	catalog.Read()
	_, _ = definitions() // Files returns the error
}

// definitions returns the definitions of all kinds of composite resources as files. No
// environment affects them.
var definitions = sync.OnceValues(func() ([]document, error) {
	kinds := xr.Kinds()
	made := make([]document, len(kinds))
	err := compositions.Parallel(len(kinds), func(i int) error {
		definition, err := xr.Definition(kinds[i])
		if err != nil {
			return err
		}
		made[i] = ofPlatform("definitions", definition)
		made[i].text, err = emit.YAML(definition)
		return err
	})
	return made, err
})
