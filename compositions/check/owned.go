package check

import (
	"fmt"
	"strings"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// codeIDOwned is for an id that one environment names as existing and another
// environment made.
const codeIDOwned = "aws-id-owned"

// owned refuses an id that the file of an environment names as existing and that
// is among the ids of another: the one uses what the other makes, changes and, when
// it ends, deletes. Two environments that only use it share it; neither is refused.
func (c *checker) owned() {
	type owner struct {
		member int
		path   diag.Path
	}
	owners := map[string]owner{}
	for i, m := range c.members {
		for component, ids := range ordered.All(m.Environment.IDs) {
			for key, id := range ordered.All(ids) {
				if _, known := owners[id]; !known { // else aws-name-taken
					owners[id] = owner{i, diag.Path{"ids", component, key}}
				}
			}
		}
	}
	if len(owners) == 0 {
		return
	}
	for i, m := range c.members {
		for _, e := range existing(m.Environment) {
			o, known := owners[e.id]
			if !known || c.env(o.member).Name == m.Environment.Name {
				continue
			}
			name := c.env(o.member).Name
			c.refuse(codeIDOwned, i, e.path, problem{
				message: fmt.Sprintf("%q belongs to environment %q, which created it as %s; both would own it, and deleting that environment deletes what this one uses",
					e.text, name, strings.Join(o.path[1:], ".")),
				hint:   fmt.Sprintf("name one that no environment of the fleet created; if %q no longer manages it, remove the id from its ids", name),
				notes:  []diag.Note{c.note(o.member, o.path, "its owner's id")},
				others: []int{o.member},
			})
		}
	}
}

// existingID is an id that a file names as existing.
type existingID struct {
	id   string // as ids have it
	text string // as the file has it
	path diag.Path
}

// existing returns the ids that a file names as existing, in a fixed order. Those
// that no environment of any fleet makes, such as a hosted zone's, are not among
// them.
func existing(env *v1alpha1.Environment) []existingID {
	var all []existingID
	add := func(id, text string, path ...string) {
		if id != "" {
			all = append(all, existingID{id, text, path})
		}
	}
	if vpc := env.Network.VPC; vpc != nil {
		add(vpc.ID, vpc.ID, "network", "vpc", "id")
		for role, subnets := range ordered.All(map[string]map[string]v1alpha1.Subnet{
			"private": vpc.Subnets.Private, "public": vpc.Subnets.Public, "pod": vpc.Subnets.Pod, "controlPlane": vpc.Subnets.ControlPlane,
		}) {
			for zone, subnet := range ordered.All(subnets) {
				add(subnet.ID, subnet.ID, "network", "vpc", "subnets", role, zone, "id")
			}
		}
		for zone, table := range ordered.All(vpc.RouteTables) {
			add(table, table, "network", "vpc", "routeTables", zone)
		}
	}
	if d := env.Storage.Datasets.Existing; d != nil {
		add(d.FileSystemID, d.FileSystemID, "storage", "datasets", "existing", "fileSystemID")
		add(d.AccessPointID, d.AccessPointID, "storage", "datasets", "existing", "accessPointID")
	}
	if arn := env.Encryption.KeyARN; arn != "" { // ids have what stands behind key/
		_, id, _ := strings.Cut(arn, ":key/")
		add(id, arn, "encryption", "keyARN")
	}
	if certificate := env.Domain.Certificate; certificate != nil {
		add(certificate.ARN, certificate.ARN, "domain", "certificate", "arn")
	}
	return all
}
