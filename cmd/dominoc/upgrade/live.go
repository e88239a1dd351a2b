package upgrade

import (
	"strings"
	"time"

	"github.com/dominoc/dominoc/cmd/dominoc/health"
	"github.com/dominoc/dominoc/compositions/fieldpath"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Live is what a management cluster has of an environment, as AWS said it last.
type Live struct {
	Version string            `json:"version"` // of the control plane
	Status  string            `json:"status"`  // such as ACTIVE
	Addons  map[string]string `json:"addons"`
	Nodes   map[string][]Node `json:"nodes"`  // by pool
	Unwell  int               `json:"unwell"` // resources that are not ready
}

// Node is a node group.
type Node struct {
	Group   string `json:"group"`
	Version string `json:"version"`
	Release string `json:"release,omitempty"` // of its image
}

// read takes from the tree what EKS says of its control plane, nodes and add-ons.
func (p *planner) read() *Live {
	l := &Live{Addons: map[string]string{}, Nodes: map[string][]Node{}}
	l.Unwell = len(health.Judge(p.Live, time.Time{}).Findings)
	p.Live.Root.All(func(o *health.Object, above []*health.Object) {
		if !strings.HasPrefix(o.APIVersion, "eks.aws.m.upbound.io/") || len(above) == 0 {
			return
		}
		says := func(name string) string {
			value, _ := fieldpath.Parse("status.atProvider." + name).In(o.Content)
			text, _ := value.(string)
			return text
		}
		switch o.Kind {
		case "Cluster":
			l.Version, l.Status = says("version"), says("status")
		case "Addon":
			l.Addons[o.Key()] = says("addonVersion")
		case "NodeGroup":
			if pool, is := strings.CutPrefix(above[len(above)-1].Key(), v1alpha1.PoolPrefix); is {
				l.Nodes[pool] = append(l.Nodes[pool], Node{o.ExternalName(), says("version"), says("releaseVersion")})
			}
		}
	})
	return l
}
