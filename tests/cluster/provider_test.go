package cluster

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

// clusterDelay is how long the emulated EKS takes for a cluster, a node group and
// an add-on: long enough that what must wait for them is seen to wait.
const clusterDelay = 30 * time.Second

// TestProvider is floor two: provider-aws itself creates production and the
// environment in one zone, and AWS is asked what it holds.
func TestProvider(t *testing.T) {
	w := emulate(t, clusterDelay)
	s := start(t, inAWS(t), w)
	s.arise(t)
	then(t, "EveryResourceIsSynced", s.everythingSynced)
	then(t, "AWSHoldsWhatTheInstallPageDemands", w.installPage)
	then(t, "WhatIsCoveredIsRemembered", s.cover)
	then(t, "ResourcesAreWhatRenderSays", s.rendered)
	then(t, "OutputsAreComplete", s.outputs)
	then(t, "CrossplaneWarnsOfNothing", s.silent)
	then(t, "EveryCallIsAllowed", w.allowedCalls)
	then(t, "EverythingIsHeldOnce", s.everythingOnce)
	then(t, "TheAutoscalersSizesStay", func(t *testing.T) {
		w.scale(t, scaled, 3)
		w.looked(t, scaled, 3)
		require.EqualValues(t, 3, *w.size(t, scaled).DesiredSize)
		require.Zero(t, w.called(t, "eks:UpdateNodegroupConfig", "/"+scaled+"/"), "the provider wrote sizes")
	})
	then(t, "TheProviderIsKilledAtRest", w.killed)
	then(t, "DayTwo", s.changes(dayTwoInAWS()))
	then(t, "NodesCameBeforeOthersWent", w.gaveWay("dev", "batch", "batch-2"))
	then(t, "ARefusalIsSeen", s.refusal)
	then(t, "WhatCannotChangeIsRefused", w.refusesTwenty)
	then(t, "TheClusterIsRebuiltFromGit", s.rebuilt)
	then(t, "ProtectionRefuses", s.protected("prod-us"))
	then(t, "Deletions", s.together(map[string]func(*testing.T){
		"AllOfASmallEnvironmentGoes": s.allowed("dev"),
		"DataOfAForcedDeletionStays": s.forced("prod-us"),
	}))
	then(t, "EveryCallIsStillAllowed", w.allowedCalls)
	if *fleetRoot == "" && !t.Failed() {
		then(t, "TheNotesAreWritten", s.note)
	}
}

// inAWS are the sources of production and of the environment in one zone, which is
// a version of Kubernetes behind. Production has what is emitted for others only, so
// that the provider is given every field that there is.
func inAWS(t *testing.T) sources {
	t.Helper()
	from := copied(t, *fleetRoot)
	from.only(t, slices.Collect(maps.Keys(installed()))...)
	from.hold(t, "dev", installed()["dev"].Version)
	for old, text := range map[string]string{
		`peers: [{`:                "peers: [" + asked + ", {",
		others:                     "",
		`cidr: "10.16.0.0/16"`:     "cidr: \"10.16.0.0/16\"\n\t\tpodCIDR: \"100.64.0.0/16\"",
		`role/platform-team"]`:     `role/platform-team", ` + onlooker + "]\n\t\taddons: coredns: version: \"v1.13.1-eksbuild.1\"",
		`groupsClaim: "groups"`:    "groupsClaim: \"groups\"\n\t\t\tgroupsPrefix: \"company:\"\n\t\t\tusernameClaim: \"email\"\n\t\t\tusernamePrefix: \"company:\"\n\t\t\trequiredClaims: hd: \"example.com\"",
		`provider: source: "IRSA"`: `provider: {source: "IRSA", permissionsBoundary: "` + boundary + "\"}\n\ttagging: {autoScalingGroups: true, networkInterfaces: true}",
		`buckets: data: noncurrentVersionDays: 90`: `buckets: {data: noncurrentVersionDays: 90, monitoring: retentionDays: 400}`,
		`default: size: {min: 3, max: 15}`:         `default: {size: {min: 3, max: 15}, amiReleaseVersion: "1.35.0-20260101", update: strategy: "MINIMAL"}` + own,
	} {
		from.edit(t, "prod-us", old, text)
	}
	from.edit(t, "dev", `natGateways: "single"`, "natGateways: \"single\"\n\t\t"+office)
	return from
}

// own is a pool of an image of the user, whose nodes are told everything by user data, and
// whose launch template has the instance type.
const own = "\n\t\town: {instanceTypes: [\"m6i.2xlarge\"], instanceTypeIn: \"launchTemplate\", size: max: 3, ami: \"ami-0a1b2c3d4e5f60718\", kubelet: {registryPullQPS: 12, maxPods: 58}, preBootstrapCommands: [\"true\"]}"

// boundary is a policy that is there already and limits every role of production.
const boundary = "arn:aws:iam::123456789012:policy/domino-boundary"

// asked are peers that the environment asks for peering connections, in another account
// and region and in its own.
const asked = `{name: "lab", cidr: "10.72.0.0/16", request: {vpc: "vpc-0d1e2f3a4b5c60718", account: "345678901234", region: "eu-west-1"}}, ` +
	`{name: "annex", cidr: "10.73.0.0/16", request: vpc: "vpc-0d1e2f3a4b5c60719"}`

// others are peers of the sample for which there is no room beside these.
const others = `, {
			name:       "warehouse"
			cidr:       "10.64.0.0/16"
			connection: "pcx-0a1b2c3d4e5f60718"
		}, {
			name:       "office"
			cidr:       "192.168.0.0/20"
			connection: "tgw-0f9e8d7c6b5a40312"
		}`

// office is behind a VPN gateway that the environment attaches, and lab behind a peering
// connection that it accepts.
const office = `peers: [{name: "office", cidr: "192.168.0.0/20", connection: "vgw-0c1d2e3f4a5b60718", attach: true}, ` +
	`{name: "lab", cidr: "10.74.0.0/16", connection: "pcx-0e1f2a3b4c5d60718", attach: true}]`

// onlooker may see a part of a cluster.
const onlooker = `{arn: "arn:aws:iam::123456789012:role/data-scientists", policy: "AmazonEKSViewPolicy", namespaces: ["domino-compute"], kubernetesGroups: ["viewers"]}`

// everythingOnce holds that AWS holds nothing of an environment twice.
func (s *suite) everythingOnce(t *testing.T) {
	for _, name := range s.fleet.names() {
		s.heldOnce(t, name)
	}
}

// dayTwoInAWS are the changes of those environments, with an upgrade of one, whose new
// zones have the ways to the office and the lab as well.
func dayTwoInAWS() []change {
	elsewhere := func(c change) bool { _, ok := installed()[c.environment]; return !ok }
	changes := slices.DeleteFunc(dayTwo(), elsewhere)
	for i, c := range changes {
		if c.title == "TwoZonesAreAdded" {
			changes[i].made = append(c.made, "Route dev-network-peer-private-z*-office", "Route dev-network-peer-private-z*-lab")
		}
		if c.title == "APoolIsRemoved" { // of prod-us, whose groups have the environment's tags
			changes[i].gone = append(c.gone, "DominoGroupTags prod-us-tags-highmem")
		}
	}
	return append(changes, change{
		title: "KubernetesIsUpgraded", environment: "dev",
		edits:   [][2]string{{`version: "1.34"`, `version: "1.35"`}},
		changed: []string{"Cluster dev-cluster-cluster", "NodeGroup dev-*-nodes-z*"},
	})
}

// everythingSynced holds that each managed resource is ready, synced and known to
// AWS by a name.
func (s *suite) everythingSynced(t *testing.T) {
	composed, err := s.composed(context.Background(), "")
	require.NoError(t, err)
	for id, o := range composed {
		if !strings.HasSuffix(o.GroupVersionKind().Group, harness.AWSGroup) {
			continue
		}
		for _, condition := range []string{"Ready", "Synced"} {
			if harness.Condition(o, condition) != "True" {
				t.Errorf("%s is not %s: %s", id, condition, harness.Message(o, condition))
			}
		}
		if o.GetAnnotations()["crossplane.io/external-name"] == "" {
			t.Errorf("%s is ready and has no external name", id)
		}
	}
}

// called is how often the provider made a call about something.
func (w *emulated) called(t *testing.T, action, part string) int {
	t.Helper()
	calls, err := w.emulator.Calls()
	require.NoError(t, err)
	n := 0
	for _, call := range calls {
		if call.Action == action && slices.ContainsFunc(call.Resources, func(r string) bool { return strings.Contains(r, part) }) {
			n++
		}
	}
	return n
}

// gaveWay holds that the provider made the node groups of a pool's successor before it
// deleted those of the pool.
func (w *emulated) gaveWay(environment, pool, successor string) func(*testing.T) {
	return func(t *testing.T) {
		calls, err := w.emulator.Calls()
		require.NoError(t, err)
		first := func(action, name string) int {
			i := slices.IndexFunc(calls, func(c harness.Call) bool {
				return c.Action == action && slices.ContainsFunc(slices.Concat(c.Resources, c.Made), func(r string) bool {
					return strings.Contains(r, "/"+environment+"-"+name)
				})
			})
			require.GreaterOrEqual(t, i, 0, "nobody called %s for %s", action, name)
			return i
		}
		require.Less(t, first("eks:CreateNodegroup", successor), first("eks:DeleteNodegroup", pool+"-a"))
	}
}

// killed kills the provider and holds that nothing is changed once it is there
// again and has looked at everything.
func (w *emulated) killed(t *testing.T) {
	w.suite.unchanged(t, func() {
		require.NoError(t, w.suite.Kill(harness.Provider))
		require.NoError(t, w.suite.StartProvider(w.emulator, w.release))
		time.Sleep(harness.Poll)
	})
}

func TestTheChangesInAWSCompile(t *testing.T) {
	from := inAWS(t)
	require.ElementsMatch(t, []string{"dev", "prod-us"}, compile(t, from.root).names())
	for _, c := range dayTwoInAWS() {
		c.apply(t, from)
	}
	compile(t, from.root)
}

// Without roles and resource types every call would be forbidden, or none.
func TestEachProviderRoleHasStatements(t *testing.T) {
	roles, err := compile(t, inAWS(t).root).dominoc.Policies()
	require.NoError(t, err)
	require.Len(t, roles, len(installed()))
	for _, role := range roles {
		require.NotEmpty(t, statementsOf(role), role.ARN)
	}
	require.NotEmpty(t, resourceTypes(t)["eks:CreateNodegroup"])
}
