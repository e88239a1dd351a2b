package privilege_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/compositions/privilege"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/iam"
	"github.com/dominoc/dominoc/tests/random"
)

// The keys by which AWS knows whose a resource is.
const (
	environmentTag = "aws:ResourceTag/" + plan.TagEnvironment
	requestedTag   = "aws:RequestTag/" + plan.TagEnvironment
	clusterTag     = "aws:ResourceTag/eks:cluster-name"
)

// tenant is an environment with the policies of its own role.
type tenant struct {
	env        *v1alpha1.Environment
	statements []iam.Statement
}

// oneAccount makes random environments that a tenant could attack: all are in
// one account, each has a role of its own, and some have a name that begins with
// another's. They are grouped by region.
func oneAccount(t *testing.T, n int) [][]tenant {
	t.Helper()
	const account = "123456789012"
	regions := map[string][]tenant{}
	for i, env := range random.Fleet(n) {
		moved := &v1alpha1.Environment{}
		content, err := json.Marshal(env)
		require.NoError(t, err)
		content = []byte(strings.ReplaceAll(string(content), env.Account, account))
		require.NoError(t, json.Unmarshal(content, moved))
		neighbours := regions[env.Region]
		if len(neighbours) > 0 && i%2 == 0 {
			if name := neighbours[len(neighbours)-1].env.Name + "-a"; len(name) <= 32 {
				moved.Name = name
			}
		}
		moved.Provider.RoleARN = fmt.Sprintf("arn:%s:iam::%s:role/provider-%d", partition(env), account, i)
		regions[env.Region] = append(neighbours, tenant{env: moved})
	}
	var groups [][]tenant
	for _, region := range slices.Sorted(maps.Keys(regions)) {
		group := regions[region]
		for i := range group {
			group[i].statements = own(t, group[i].env)
		}
		groups = append(groups, group)
	}
	return groups
}

// own are the statements of all roles that an environment's provider assumes.
func own(t *testing.T, env *v1alpha1.Environment) []iam.Statement {
	t.Helper()
	return evaluated(roles(t, compile(t, compositions.Input{Environment: env, At: nowhere})))
}

// evaluated are the statements of roles, to be evaluated as IAM does.
func evaluated(roles []privilege.Role) []iam.Statement {
	var out []iam.Statement
	for _, s := range statements(roles) {
		out = append(out, iam.Statement(s))
	}
	return out
}

// resources are what an environment's policies name, each * filled in.
func (v tenant) resources() []string {
	found := map[string]bool{}
	for _, s := range v.statements {
		for _, arn := range s.Resource {
			if arn != "*" {
				arn = strings.ReplaceAll(arn, "*", "0b")
			}
			found[arn] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// facts are the condition keys that follow from a resource of the victim, and
// that an attacker cannot choose. An action that creates is none on what exists:
// ec2:CreateAction and elasticfilesystem:CreateAction are absent.
func (v tenant) facts(arn string, untagged []guard) map[string][]string {
	in := "arn:" + partition(v.env) + ":ec2:" + v.env.Region + ":" + v.env.Account
	facts := map[string][]string{
		environmentTag:                   {v.env.Name},
		clusterTag:                       nil,
		"ec2:Vpc":                        {in + ":vpc/vpc-0b"},
		"ec2:Subnet":                     {in + ":subnet/subnet-0b"},
		"ec2:CreateAction":               nil,
		"elasticfilesystem:CreateAction": nil,
		"kms:ResourceAliases":            {"alias/" + v.env.Name},
		"route53:ChangeResourceRecordSetsNormalizedRecordNames": {"_0b." + v.env.Domain.FQDN},
	}
	if slices.ContainsFunc(untagged, func(g guard) bool { return g.covers(arn) }) {
		facts[environmentTag] = nil
	}
	if strings.Contains(arn, ":autoscaling:") {
		facts[clusterTag] = []string{v.env.Name}
	}
	return facts
}

// requests are those by which a role could change a resource: for each statement
// about it, the facts and what the statement wants to see beside them.
func requests(statements []iam.Statement, arn string, facts map[string][]string) []iam.Request {
	var out []iam.Request
	for _, s := range statements {
		if !slices.ContainsFunc(s.Resource, func(pattern string) bool { return names(pattern, arn) }) {
			continue
		}
		context := maps.Clone(facts)
		for operator, keys := range s.Condition {
			for key, values := range keys {
				if _, fact := facts[key]; !fact && operator != "Null" {
					context[key] = []string{strings.ReplaceAll(values[0], "*", "0a")}
				}
			}
		}
		for _, action := range s.Action {
			if changes(action) && !creates(s, action) {
				out = append(out, iam.Request{Action: action, Resource: arn, Context: context})
			}
		}
	}
	return out
}

// names reports whether a pattern is about an ARN. The pattern * stands at
// actions that know no resources, and is about nothing else.
func names(pattern, arn string) bool {
	return pattern == arn || pattern != "*" && iam.Like(pattern, arn)
}

// creates reports whether a statement is about what an action makes: the request
// gives the tag, and no call of the action names what is there already. Actions
// that tag are none of these: they may come after the creation.
func creates(s iam.Statement, action string) bool {
	_, operation, _ := strings.Cut(action, ":")
	makes := slices.ContainsFunc([]string{"Allocate", "Authorize", "Create", "Request"}, func(verb string) bool { return strings.HasPrefix(operation, verb) })
	_, tagged := s.Condition["StringEquals"][requestedTag]
	return tagged && makes && !strings.Contains(operation, "Tag")
}

// may lists "action resource" of what a role may change of another environment.
func (a tenant) may(victim tenant, untagged []guard) []string {
	found := map[string]bool{}
	for _, arn := range victim.resources() {
		facts := victim.facts(arn, untagged)
		for _, r := range requests(a.statements, arn, facts) {
			if iam.Allowed(a.statements, r) {
				found[r.Action+" "+arn] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// guard is a line of data/untagged.csv.
type guard struct {
	kind, what string
	resources  []string
	anyone     []string
	text       string
}

// covers reports whether an ARN, or *, is what the line is about.
func (g guard) covers(arn string) bool {
	parts := strings.SplitN(arn, ":", 3)
	return slices.ContainsFunc(g.resources, func(pattern string) bool { return names(pattern, parts[len(parts)-1]) })
}

func guards(t *testing.T) []guard {
	t.Helper()
	var out []guard
	for _, line := range privilege.RowsOf(t, "data/untagged.csv") {
		out = append(out, guard{line[0], line[1], strings.Fields(line[2]), strings.Fields(line[3]), line[4]})
	}
	return out
}

// No statement of one environment's role allows to change, delete or re-tag what
// carries another's tag. What carries none is listed with what guards it, and
// only the listed actions pass.
func TestNoRoleReachesAnotherEnvironment(t *testing.T) {
	untagged := guards(t)
	used := map[string]bool{}
	asked := map[string]bool{}
	pairs := 0
	for _, group := range oneAccount(t, 160) {
		for i := range group {
			attacker, victim := group[i], group[(i+1)%len(group)]
			if len(group) == 1 {
				break
			}
			pairs++
			for _, s := range attacker.statements {
				for _, action := range s.Action {
					asked[action] = true
				}
			}
			for _, line := range attacker.may(victim, untagged) {
				action, arn, _ := strings.Cut(line, " ")
				allowed := slices.IndexFunc(untagged, func(g guard) bool { return g.covers(arn) && slices.Contains(g.anyone, action) })
				require.GreaterOrEqual(t, allowed, 0, "the role of %q may %s of %q", attacker.env.Name, line, victim.env.Name)
				used[action] = true
			}
		}
	}
	require.Greater(t, pairs, 100)
	for _, g := range untagged {
		for _, action := range g.anyone {
			require.True(t, used[action] || ofQuotas(action), "%s: no role needs %s", g.kind, action)
		}
	}
	for _, action := range privilege.Actions() {
		require.True(t, asked[action] || ofQuotas(action), "no random environment needs %s", action)
	}
}

// ofQuotas tells the actions of what no environment composes: the requests that
// dominoc quotas writes.
func ofQuotas(action string) bool { return strings.HasPrefix(action, "servicequotas:") }

// Each kind that is emitted carries the environment's tag, or is listed with what
// guards it; nothing is listed that does.
func TestWhatCarriesNoTagIsListed(t *testing.T) {
	listed := map[string]bool{} // whether a line of the kind is of itself: what it needs has an ARN of its own
	for _, g := range guards(t) {
		require.NotEmpty(t, g.text, g.kind)
		listed[g.kind] = listed[g.kind] || len(g.resources) == 0
	}
	seen := map[string]bool{}
	for _, env := range random.Fleet(60) {
		fleet := compile(t, compositions.Input{Environment: env, At: nowhere})
		objects, err := fleet.Render(env.Name, false)
		require.NoError(t, err)
		for _, object := range objects {
			version, _, _ := unstructured.NestedString(object, "apiVersion")
			service, aws := strings.CutSuffix(strings.Split(version, "/")[0], ".aws.m.upbound.io")
			if !aws {
				continue
			}
			kind := service + "/" + object["kind"].(string)
			seen[kind] = true
			tags, _, _ := unstructured.NestedMap(object, "spec", "forProvider", "tags")
			if tags[plan.TagEnvironment] == env.Name {
				require.False(t, listed[kind], "%s carries the tag", kind)
			} else {
				require.Contains(t, listed, kind, "it carries no tag")
			}
		}
	}
	for kind := range listed {
		require.True(t, seen[kind] || kind == "servicequotas/ServiceQuota", kind)
	}
}

// The provider gives the tags in the call that creates, for which AWS asks for
// the right to tag what is not there yet; only a VPC's default group exists before.
func TestARoleTagsWhatItMakesAndWhatIsIts(t *testing.T) {
	all, err := sample(t).Privileges(func(name string) bool { return name == "prod-us" })
	require.NoError(t, err)
	var policy []iam.Statement
	for _, s := range statements(all) {
		policy = append(policy, iam.Statement(s))
	}
	const ec2, in = "arn:aws:ec2:us-west-2:123456789012:", ":us-west-2:123456789012:"
	for _, c := range []struct {
		action, resource string
		created          map[string][]string // what AWS says beside the tag when it is made
	}{
		{"acm:AddTagsToCertificate", "arn:aws:acm" + in + "certificate/1", nil},
		{"backup:TagResource", "arn:aws:backup" + in + "backup-plan:1", nil},
		{"ec2:CreateTags", ec2 + "vpc/vpc-1", map[string][]string{"ec2:CreateAction": {"CreateVpc"}}},
		{"ec2:CreateTags", ec2 + "subnet/subnet-1", map[string][]string{"ec2:CreateAction": {"CreateSubnet"}}},
		{"ec2:CreateTags", ec2 + "security-group/sg-1", map[string][]string{"ec2:CreateAction": {"CreateSecurityGroup"}}},
		{"ec2:CreateTags", ec2 + "security-group/sg-default", map[string][]string{"ec2:Vpc": {ec2 + "vpc/vpc-1"}}},
		{"ec2:CreateTags", ec2 + "launch-template/lt-1", map[string][]string{"ec2:CreateAction": {"CreateLaunchTemplate"}}},
		{"elasticfilesystem:TagResource", "arn:aws:elasticfilesystem" + in + "file-system/fs-1", map[string][]string{"elasticfilesystem:CreateAction": {"CreateFileSystem"}}},
		{"iam:TagOpenIDConnectProvider", "arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/1", nil},
		{"kms:TagResource", "arn:aws:kms" + in + "key/1", nil},
	} {
		created := maps.Clone(c.created)
		if created == nil {
			created = map[string][]string{}
		}
		created[requestedTag] = []string{"prod-us"}
		ours := map[string][]string{environmentTag: {"prod-us"}, "kms:ResourceAliases": {"alias/prod-us"}}
		theirs := maps.Clone(created)
		theirs[environmentTag] = []string{"staging-us"}
		require.True(t, iam.Allowed(policy, iam.Request{Action: c.action, Resource: c.resource, Context: created}), "%s on new %s", c.action, c.resource)
		require.True(t, iam.Allowed(policy, iam.Request{Action: c.action, Resource: c.resource, Context: ours}), "%s on own %s", c.action, c.resource)
		if created["ec2:CreateAction"] == nil && created["elasticfilesystem:CreateAction"] == nil { // a creation has no other owner
			require.False(t, iam.Allowed(policy, iam.Request{Action: c.action, Resource: c.resource, Context: theirs}), "%s on another's %s", c.action, c.resource)
		}
	}
	brought := map[string][]string{requestedTag: {"prod-us"}, "kms:ResourceAliases": {"alias/theirs"}}
	require.False(t, iam.Allowed(policy, iam.Request{Action: "kms:TagResource", Resource: "arn:aws:kms" + in + "key/2", Context: brought}), "a key that a user brought")
}

// A role asks for peering connections with the VPCs that the file names, and accepts
// those that it names or that are its own.
func TestPeeringConnectionsAreThoseThatTheFileNames(t *testing.T) {
	asked, accepted := 0, 0
	for _, env := range random.Fleet(120) {
		if !slices.ContainsFunc(env.Network.Peers, func(p v1alpha1.Peer) bool {
			return p.Request != nil || p.Attach && strings.HasPrefix(p.Connection, "pcx-")
		}) {
			continue
		}
		policy, ec2 := own(t, env), "arn:"+partition(env)+":ec2:"+env.Region+":"
		may := func(action, resource string, context map[string][]string) bool {
			return iam.Allowed(policy, iam.Request{Action: "ec2:" + action, Resource: ec2 + env.Account + ":" + resource, Context: context})
		}
		ours, theirs := map[string][]string{environmentTag: {env.Name}}, map[string][]string{environmentTag: {"another"}}
		for _, peer := range env.Network.Peers {
			switch {
			case peer.Request != nil:
				asked++
				account := cmp.Or(peer.Request.Account, env.Account)
				ask := func(vpc string) bool {
					return may("CreateVpcPeeringConnection", "vpc-peering-connection/pcx-0", map[string][]string{requestedTag: {env.Name}, "ec2:AccepterVpc": {vpc}})
				}
				require.True(t, ask(ec2+account+":vpc/"+peer.Request.VPC), env.Name)
				require.False(t, ask(ec2+account+":vpc/vpc-00000000"), env.Name)
				require.False(t, ask(ec2+"000000000000:vpc/"+peer.Request.VPC), env.Name)
				require.Equal(t, account == env.Account, may("AcceptVpcPeeringConnection", "vpc/"+peer.Request.VPC, theirs), env.Name)
				require.True(t, may("DeleteVpcPeeringConnection", "vpc-peering-connection/pcx-0", ours), env.Name)
			case peer.Attach && strings.HasPrefix(peer.Connection, "pcx-"):
				accepted++
				require.True(t, may("AcceptVpcPeeringConnection", "vpc-peering-connection/"+peer.Connection, nil), env.Name)
				require.True(t, may("AcceptVpcPeeringConnection", "vpc/vpc-0", ours), env.Name)
				require.False(t, may("AcceptVpcPeeringConnection", "vpc/vpc-0", theirs), env.Name)
			}
		}
		require.False(t, may("AcceptVpcPeeringConnection", "vpc-peering-connection/pcx-0", theirs), env.Name)
		require.False(t, may("DeleteVpcPeeringConnection", "vpc-peering-connection/pcx-0", theirs), env.Name)
	}
	require.Positive(t, asked)
	require.Positive(t, accepted)
}

// A role of an environment with a boundary makes no role without it, gives none
// rights, and neither takes it off nor changes it.
func TestABoundaryIsKept(t *testing.T) {
	bounded := 0
	for _, env := range random.Fleet(60) {
		boundary := env.Provider.PermissionsBoundary
		if boundary == "" || env.Adopted != nil { // its roles have another owner
			continue
		}
		bounded++
		policy := own(t, env)
		in := "arn:" + partition(env) + ":iam::" + env.Account
		role, other := in+":role/"+env.Name+"-platform", in+":policy/other"
		allowed := func(action, resource, boundary string) bool {
			request := iam.Request{Action: action, Resource: resource, Context: map[string][]string{
				"iam:PolicyARN": {"arn:" + partition(env) + ":iam::aws:policy/AmazonEKSWorkerNodePolicy"},
				requestedTag:    {env.Name}, environmentTag: {env.Name},
			}}
			if boundary != "" {
				request.Context["iam:PermissionsBoundary"] = []string{boundary}
			}
			return iam.Allowed(policy, request)
		}
		for _, action := range []string{"iam:CreateRole", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"} {
			require.True(t, allowed(action, role, boundary), "%s: %s", env.Name, action)
			require.False(t, allowed(action, role, other), "%s: %s", env.Name, action)
			require.False(t, allowed(action, role, ""), "%s: %s", env.Name, action)
		}
		require.False(t, allowed("iam:DeleteRolePermissionsBoundary", role, boundary), env.Name)

		// What somebody else allows the role does not help.
		policy = append(policy, iam.Statement{Effect: "Allow", Action: []string{"iam:*"}, Resource: []string{"*"}})
		for _, action := range []string{"iam:CreateRole", "iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"} {
			require.False(t, allowed(action, in+":role/elsewhere", other), "%s: %s", env.Name, action)
		}
		require.False(t, allowed("iam:DeleteRolePermissionsBoundary", role, boundary), env.Name)
		if !strings.Contains(boundary, ":iam::aws:") {
			require.False(t, allowed("iam:CreatePolicyVersion", boundary, ""), env.Name)
		}
	}
	require.Greater(t, bounded, 10)
}
