package takeover

import (
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/source"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// readStandards reads what a pool has of which a file states only the label and the types, by
// label: the defaults of the schema, and the fleet's shared values. It has none for a label
// that the schema refuses; the file then states everything, and the schema says why.
func (f *facts) readStandards(l *load.Loader, folder source.Folder, pools []Pool) {
	var bare block
	for _, label := range []string{"platform", "default"} { // an environment has both
		bare.add(label, block{})
	}
	for _, p := range pools {
		if label := p.label(); label != "" && label != "platform" && label != "default" {
			bare.add(p.Name, block{{key: "nodePool", value: label}, {key: "instanceTypes", value: p.all[0].Texts("instance_types")}})
		}
	}
	text := environmentFile(block{
		{key: "name", value: f.name}, {key: "account", value: f.account}, {key: "region", value: f.region},
		{key: "zones", value: f.zones()}, {key: "controlPlaneZones", value: f.controlPlaneZones()},
		{key: "domain", value: block{{key: "fqdn", value: "domino.example.com"}}},
		{key: "cluster", value: block{{key: "version", value: f.cluster.Text("version")}}},
		{key: "pools", value: bare},
	})
	f.standards = map[string]v1alpha1.Pool{}
	draft := l.Draft(folder, map[string][]byte{folder.Files[0]: []byte(text)})
	if draft.Environment == nil {
		return
	}
	for _, pool := range draft.Environment.Pools {
		f.standards[pool.NodePool] = pool
	}
}
