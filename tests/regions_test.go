package tests

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/scaffold"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/source"
)

// withoutGPUs are the regions that offer no type like the one of the install page.
var withoutGPUs = map[string]bool{"ap-south-2": true, "ap-southeast-4": true, "ca-west-1": true}

// An environment that leaves all to the defaults is of types that its region
// offers, or what is wrong is said: EKS refuses a node group of another type.
func TestADefaultEnvironmentInEachRegionHasTypesThatAreOfferedThere(t *testing.T) {
	loader := load.New(t.TempDir())
	for _, region := range catalog.Regions() {
		t.Run(region.Name, func(t *testing.T) {
			offered, known := catalog.FindOfferings(region.Name)
			env := resolved(t, loader, region.Name, false)
			require.False(t, env.found.HasErrors(), "%+v", env.found)
			require.Equal(t, !known, env.says("instance-offerings-unknown"))
			for name, pool := range env.plan.Spec.Pools {
				for _, instanceType := range pool.InstanceTypes {
					require.True(t, !known || offered.Has(instanceType), "%s: %s", name, instanceType)
				}
			}
			require.False(t, env.says("instance-type-region"))

			env = resolved(t, loader, region.Name, true)
			require.Equal(t, withoutGPUs[region.Name], env.says("instance-type-region"), "%+v", env.found)
			if withoutGPUs[region.Name] {
				require.Nil(t, env.plan)
				return
			}
			require.False(t, env.found.HasErrors(), "%+v", env.found)
			for _, instanceType := range env.plan.Spec.Pools["default-gpu"].InstanceTypes {
				require.True(t, !known || offered.Has(instanceType), instanceType)
			}
		})
	}
}

type resolution struct {
	plan  *plan.Plan
	found diag.List
}

func (r resolution) says(code string) bool {
	for _, d := range r.found {
		if d.Code == code {
			return true
		}
	}
	return false
}

// resolved is an environment as dominoc new writes it, in zones of the region.
func resolved(t *testing.T, loader *load.Loader, region string, gpu bool) resolution {
	t.Helper()
	zones := catalog.ZonesOf(region)
	if len(zones) == 0 {
		zones = []string{region + "a", region + "b", region + "c"}
	}
	answers := scaffold.Answers{
		"account": "123456789012", "region": region, "zones": strings.Join(zones[:min(3, len(zones))], ","),
		"fqdn": "domino.example.com", "kubernetes": "1.35", "public-cidrs": "203.0.113.0/24",
	}
	if len(zones) < 3 {
		answers["zones"], answers["control-plane-zones"] = zones[0], strings.Join(zones, ",")
	}
	file := scaffold.Draft{Name: "new", GPU: gpu, Answers: answers}
	folder := source.Folder{Dir: filepath.Join(t.TempDir(), "environments", "new"), Shown: "environments/new", Files: source.Names()[:1]}
	draft := loader.Draft(folder, map[string][]byte{folder.Files[0]: file.Text()})
	require.NotNil(t, draft.Environment, "%+v", draft.Diagnostics)
	p, found := plan.Resolve(draft.Environment, func(diag.Path) diag.Pos { return diag.Pos{} })
	return resolution{p, found}
}
