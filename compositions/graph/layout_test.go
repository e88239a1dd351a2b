package graph

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// pictures are those of the sample fleet, of a change, and of what is rare: many
// pools with long names, one NAT gateway for three zones.
func pictures(t *testing.T) map[string]Picture {
	t.Helper()
	all := map[string]Picture{"change": changed(t), "crowded": Draw(crowded(t))}
	for name, spec := range sample(t) {
		all[name] = Draw(spec)
	}
	return all
}

// crowded is an environment with twelve pools, whose names are as long as they may
// be, one NAT gateway, pod subnets, and more peers than fit into a row.
func crowded(t *testing.T) v1alpha1.EnvironmentSpec {
	t.Helper()
	spec := sample(t)["staging-eu"]
	for i := len(spec.Pools); i < 12; i++ {
		pool := spec.Pools["default"]
		pool.Pool = fmt.Sprintf("research-team-num-%02d", i)
		pool.InstanceTypes = []string{"u7inh-32tb.480xlarge", "r6idn.16xlarge"}
		pool.CapacityType, pool.AMIType = "SPOT", "AL2023_ARM_64_NVIDIA"
		spec.Pools[pool.Pool] = pool
	}
	table := spec.Network.RouteTables["private-z0"]
	table.Peers = map[string]v1alpha1.PeerRoute{}
	for i := range 5 {
		name := fmt.Sprintf("subsidiary-with-a-name-that-is-quite-long-%d", i)
		table.Peers[name] = v1alpha1.PeerRoute{CIDR: "192.168.100.0/24", TransitGatewayID: "tgw-0f9e8d7c6b5a40312"}
	}
	spec.Network.RouteTables["private-z0"] = table
	return spec
}

// within tells whether a box lies in another one.
func (b box) within(other box) bool {
	const slack = 0.01
	return b.x >= other.x-slack && b.y >= other.y-slack && b.right() <= other.right()+slack && b.bottom() <= other.bottom()+slack
}

func (b box) overlaps(other box) bool {
	return b.x < other.right() && other.x < b.right() && b.y < other.bottom() && other.y < b.bottom()
}

func TestNothingLeavesTheBoxThatItStandsInOrCoversItsNeighbour(t *testing.T) {
	for name, p := range pictures(t) {
		t.Run(name, func(t *testing.T) {
			l := arrange(p)
			whole := box{0, 0, l.width, l.height}
			require.True(t, l.region.within(whole))
			require.True(t, l.vpc.within(l.region))
			require.True(t, l.cluster.within(l.vpc))
			for i, column := range l.columns {
				require.True(t, column.within(l.vpc))
				require.False(t, column.overlaps(l.cluster))
				for _, lane := range l.lanes {
					if b := lane.boxes[i]; b.h > 0 {
						require.True(t, b.within(column), "%s in %s", lane.area, l.Zones[i])
					}
				}
			}
			requireApart(t, l.columns)
			for _, area := range []Area{Endpoints, Peers} {
				boxes, _ := l.flow(area, l.cluster.bottom()+pad)
				requireApart(t, boxes)
				for _, b := range boxes {
					require.True(t, b.within(l.vpc), "%s", area)
				}
			}
			var panels []box
			for _, panel := range l.panels {
				require.True(t, panel.within(l.region))
				require.False(t, panel.overlaps(l.vpc))
				boxes, _ := l.panelNodes(panel.title, panel.box)
				requireApart(t, boxes)
				for _, b := range boxes {
					require.True(t, b.within(panel.box), panel.title)
				}
				panels = append(panels, panel.box)
			}
			requireApart(t, panels)
		})
	}
}

func requireApart(t *testing.T, boxes []box) {
	t.Helper()
	for i, b := range boxes {
		for _, other := range boxes[i+1:] {
			require.False(t, b.overlaps(other), "%v and %v", b, other)
		}
	}
}

// An SVG is XML, whatever stands in the files.
func TestAPictureIsWellFormedWhateverItsTextsAre(t *testing.T) {
	spec := sample(t)["prod-us"]
	hostile := `<script>&"']]>` + "\u202e` *"
	pool := spec.Pools["default"]
	pool.InstanceTypes = []string{hostile}
	spec.Pools["default"] = pool
	spec.FQDN, spec.Cluster.PublicCIDRs = hostile, []string{hostile}
	svg := Draw(spec).SVG()
	require.NotContains(t, svg, "<script")
	decoder := xml.NewDecoder(strings.NewReader(svg))
	for {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
	}
	require.NotContains(t, Draw(spec).Mermaid(), "<script")
}

func TestAPictureNeedsNothingBesideItself(t *testing.T) {
	for name, p := range pictures(t) {
		svg := p.SVG()
		for _, outside := range []string{"<image", "<script", "<use", "href", "@import", "@font-face", "url("} {
			require.NotContains(t, svg, outside, name)
		}
		require.Equal(t, 1, strings.Count(svg, "http"), "%s: the namespace alone", name)
		require.Equal(t, svg, p.SVG())
	}
}

func TestALongTextLosesItsMiddle(t *testing.T) {
	f := face{11, false}
	require.Equal(t, "arn:aws:kms", f.shorten("arn:aws:kms", 100))
	short := f.shorten("arn:aws:kms:us-west-2:123456789012:key/0a1b2c3d-4e5f-4a6b-9c7d-0e1f2a3b4c5d", 120)
	require.Equal(t, "arn:aws:…2a3b4c5d", short)
	require.LessOrEqual(t, f.width(short), 120.0)
	require.Equal(t, "…", f.shorten("production", 1))
}

// A change of a resource that no node stands for would be a change that nobody
// sees. Usages change nothing outside of the management cluster.
func TestEveryResourceIsOfSomeNode(t *testing.T) {
	content, err := os.ReadFile("../../tests/keys.txt")
	require.NoError(t, err)
	all := pictures(t)
	for line := range strings.Lines(string(content)) {
		kind, key, _ := strings.Cut(strings.TrimSpace(line), " ")
		usage := strings.HasPrefix(key, "uses-") || kind == "DominoNodePool" && slices.Contains([]string{"eks", "role", "worker", "cni"}, key)
		if kind == "DominoEnvironment" || usage || strings.HasPrefix(key, "way-") {
			continue
		}
		component := strings.ToLower(strings.TrimPrefix(kind, "Domino"))
		switch kind {
		case "DominoNodePool":
			component = "pool-default"
		case "DominoPodRoles":
			component = "pod-roles"
		case "DominoGroupTags":
			component = "tags-default"
		}
		require.True(t, owned(all, component+"/"+key), "no node of any picture stands for %s", line)
	}
}

func owned(all map[string]Picture, resource string) bool {
	for _, p := range all {
		for _, n := range p.Nodes {
			if n.owns(resource) {
				return true
			}
		}
	}
	return false
}

func TestNodesAreNamedOnce(t *testing.T) {
	for name, p := range pictures(t) {
		seen := map[string]bool{}
		for _, n := range p.Nodes {
			require.False(t, seen[n.ID], "%s: %s", name, n.ID)
			seen[n.ID] = true
		}
	}
}

func find(p Picture, id string) Node {
	for _, n := range p.Nodes {
		if n.ID == id {
			return n
		}
	}
	return Node{}
}

// What is somebody else's is neither made nor destroyed with an environment.
func TestWhatExistsIsNotMarkedAsMadeOrDestroyed(t *testing.T) {
	spec := sample(t)["sandbox"]
	for _, id := range []string{"vpc", "file-system", "key", "subnet-private-ca-central-1a"} {
		require.Equal(t, Unmarked, find(DrawChange(nil, &spec, nil), id).Mark, id)
		require.Equal(t, Left, find(DrawChange(&spec, nil, nil), id).Mark, id)
	}
	require.Equal(t, Removed, find(DrawChange(&spec, nil, nil), "bucket-data").Mark)
}

// Add-ons are a card of their own, those that the control plane's component makes
// among them.
func TestAnAddonOfTheControlPlaneMarksTheAddons(t *testing.T) {
	spec := sample(t)["prod-us"]
	p := DrawChange(&spec, &spec, []Effect{{Component: "cluster", Key: "vpc-cni", Mark: Changed}})
	require.Equal(t, Changed, find(p, "addons").Mark)
	require.Equal(t, Unmarked, find(p, "cluster").Mark)
}

func TestWhatComesAndGoesIsMarkedWhole(t *testing.T) {
	spec := sample(t)["prod-us"]
	created := DrawChange(nil, &spec, nil)
	require.Equal(t, len(created.Nodes), created.count(Added))
	removed := DrawChange(&spec, nil, nil)
	require.Equal(t, len(created.Nodes), removed.count(Removed))
	require.Equal(t, created.Zones, removed.Zones)
	gone := DrawChange(&spec, nil, []Effect{{Component: "storage", Key: "bucket-data", Mark: Left}, {Component: "storage", Key: "versioning-data", Mark: Left}, {Component: "registry", Key: "repo-model", Mark: Left}, {Component: "registry", Key: "lifecycle-model", Mark: Removed}})
	require.Equal(t, Left, find(gone, "bucket-data").Mark)
	require.Equal(t, Removed, find(gone, "repository-model").Mark, "a part of it goes")
	same := DrawChange(&spec, &spec, nil)
	require.Equal(t, len(same.Nodes), same.count(Unmarked))
}
