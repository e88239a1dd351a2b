package diff

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/externalname"
)

// one is an environment with one resource, and others beside it.
func one(r Resource, others ...Resource) *Environment {
	return &Environment{Name: "e", Resources: append([]Resource{r}, others...)}
}

// made is a resource of a component by its kind and what is said to the provider;
// without that there is none.
func made(component, kind string, said map[string]any) Resource {
	return Resource{Component: component, Key: "key", Object: object(kind, map[string]any{"forProvider": said})}
}

// told are the dangers as ID: message.
func told(dangers []Danger) []string {
	var all []string
	for _, d := range dangers {
		all = append(all, d.ID()+": "+d.Message)
	}
	return all
}

// What no edit of a file leads to is met where a management cluster, or manifests
// of another dominoc, are compared with the files.
func TestDangersThatNoEditOfAFileLeadsTo(t *testing.T) {
	const (
		cluster, ingress = "eks.aws.m.upbound.io/Cluster", "ec2.aws.m.upbound.io/SecurityGroupIngressRule"
		versioning       = "s3.aws.m.upbound.io/BucketVersioning"
		policy           = "iam.aws.m.upbound.io/Policy"
	)
	said := func(name string, value any) map[string]any { return map[string]any{name: value} }
	rule := func(low, high any) map[string]any {
		return map[string]any{"cidrIpv4": "10.0.0.0/8", "ipProtocol": "tcp", "fromPort": low, "toPort": high}
	}
	policyOf := func(all ...string) map[string]any { return said("policy", statements(all...)) }
	for name, c := range map[string]struct {
		component, kind string
		before, after   map[string]any
		want            []string
	}{
		"a rule lets in more ports": {
			"security", ingress, rule(443, 443), rule(1, 1024),
			[]string{"access-widened/security/key: a security group admits 10.0.0.0/8 on ports 1 to 1024 (tcp)"},
		},
		"a rule lets in another group, whatever it sends": {
			"security", ingress, said("referencedSecurityGroupId", "sg-1"), said("referencedSecurityGroupId", "sg-2"),
			[]string{"access-widened/security/key: a security group admits everything from sg-2"},
		},
		"a rule has another description": {"security", ingress, said("description", "a"), said("description", "b"), nil},
		"versions of a bucket are kept no more": {
			"storage", versioning, said("versioningConfiguration", said("status", "Enabled")), said("versioningConfiguration", said("status", "Suspended")),
			[]string{"protection-removed/key: versioningConfiguration.status of key becomes Suspended"},
		},
		"nothing is logged any more": {
			"cluster", cluster, said("enabledClusterLogTypes", list("api")), map[string]any{},
			[]string{"protection-removed/key: the control plane logs nothing"},
		},
		"a statement that denies goes": {
			"identity", policy, policyOf(`{"Sid":"A","Effect":"Deny","Action":"x"}`, `{"Sid":"B","Effect":"Allow","Action":"y"}`), policyOf(`{"Sid":"B","Effect":"Allow","Action":"y"}`),
			[]string{"access-widened/identity/key: Policy key allows more: policy.Statement"},
		},
		"a statement that denies comes": {
			"identity", policy, policyOf(`{"Sid":"B","Effect":"Allow","Action":"y"}`), policyOf(`{"Sid":"A","Effect":"Deny","Action":"x"}`, `{"Sid":"B","Effect":"Allow","Action":"y"}`),
			[]string{"outage/identity/key: Policy key allows less: policy.Statement"},
		},
		"an exception from what is allowed goes": {
			"identity", policy, policyOf(`{"Effect":"Allow","NotAction":["x","y"],"Resource":"*"}`), policyOf(`{"Effect":"Allow","NotAction":["x"],"Resource":"*"}`),
			[]string{"access-widened/identity/key: Policy key allows more: policy.Statement[0].NotAction"},
		},
		"a condition of what is allowed goes": {
			"identity", policy, policyOf(`{"Sid":"A","Effect":"Allow","Action":"x","Condition":{"Bool":{"a":"true"}}}`), policyOf(`{"Sid":"A","Effect":"Allow","Action":"x"}`),
			[]string{"access-widened/identity/key: Policy key allows more: policy.Statement[Sid=A].Condition"},
		},
		"a condition of what is denied comes": {
			"identity", policy, policyOf(`{"Sid":"A","Effect":"Deny","Action":"x"}`), policyOf(`{"Sid":"A","Effect":"Deny","Action":"x","Condition":{"Bool":{"a":"true"}}}`),
			[]string{"access-widened/identity/key: Policy key allows more: policy.Statement[Sid=A].Condition"},
		},
		"a condition of what is allowed comes": {
			"identity", policy, policyOf(`{"Sid":"A","Effect":"Allow","Action":"x"}`), policyOf(`{"Sid":"A","Effect":"Allow","Action":"x","Condition":{"Bool":{"a":"true"}}}`),
			[]string{"outage/identity/key: Policy key allows less: policy.Statement[Sid=A].Condition"},
		},
		"one action takes the place of a pattern that holds it": {
			"identity", policy, policyOf(`{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}`), policyOf(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}`),
			[]string{"outage/identity/key: Policy key allows less: policy.Statement[0].Action"},
		},
		"a statement becomes two that allow the same": {
			"identity", policy, policyOf(`{"Effect":"Allow","Action":["x","y"],"Resource":"a"}`), policyOf(`{"Effect":"Allow","Action":"x","Resource":"a"}`, `{"Effect":"Allow","Action":"y","Resource":"a"}`),
			nil,
		},
		"a name that is the beginning of another widens": {
			"identity", policy, policyOf(`{"Effect":"Allow","Action":"x","Resource":["a"]}`), policyOf(`{"Effect":"Allow","Action":"x","Resource":["a","a-b"]}`),
			[]string{"access-widened/identity/key: Policy key allows more: policy.Statement[0].Resource"},
		},
		"what was denied is allowed": {
			"identity", policy, policyOf(`{"Sid":"A","Effect":"Deny","Action":"x"}`), policyOf(`{"Sid":"A","Effect":"Allow","Action":"x"}`),
			[]string{"access-widened/identity/key: Policy key allows more: policy.Statement[Sid=A].Effect"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			report := Compare(one(made(c.component, c.kind, c.before)), one(made(c.component, c.kind, c.after)))
			require.Len(t, report.Changes, 1)
			require.Equal(t, c.want, told(report.Dangers))
		})
	}
}

// A rule, or a policy, of what comes with it lets nobody in who was kept out.
func TestWhatComesWithItsOwnGroupOrRoleWidensNothing(t *testing.T) {
	named := func(r Resource, name string) Resource {
		r.Key, r.Object["metadata"] = name, map[string]any{"name": name}
		return r
	}
	group := named(made("security", "ec2.aws.m.upbound.io/SecurityGroup", map[string]any{}), "group")
	rule := named(made("security", "ec2.aws.m.upbound.io/SecurityGroupIngressRule", map[string]any{
		"cidrIpv4": "10.0.0.0/8", "ipProtocol": "-1", "securityGroupIdRef": map[string]any{"name": "group"},
	}), "rule")
	role := named(made("identity", "iam.aws.m.upbound.io/Role", map[string]any{}), "role")
	attachment := named(made("identity", "iam.aws.m.upbound.io/RolePolicyAttachment", map[string]any{
		"policyArn": "arn:aws:iam::aws:policy/x", "roleRef": map[string]any{"name": "role"},
	}), "attachment")
	none := &Environment{Name: "e"}

	require.Empty(t, told(Compare(none, one(group, rule, role, attachment)).Dangers))
	require.Equal(t, []string{
		"access-widened/identity/attachment: role role gets policy x",
		"access-widened/security/rule: a security group admits everything from 10.0.0.0/8",
	}, told(Compare(one(group, role), one(group, rule, role, attachment)).Dangers))
	require.Equal(t, []string{
		"outage/identity/attachment: role role loses policy x",
		"outage/security/rule: everything from 10.0.0.0/8 is no longer admitted",
	}, told(Compare(one(group, rule, role, attachment), one(group, role)).Dangers))
	require.Empty(t, told(Compare(one(group, rule, role, attachment), none).Dangers), "they go with what they were there for")
}

// An endpoint that only clients beyond the VPC are led to is missed by the peers that
// its group lets in, and by nobody where it lets in none.
func TestAnEndpointThatNobodyReachesIsNoOutage(t *testing.T) {
	const rule = "ec2.aws.m.upbound.io/SecurityGroupIngressRule"
	endpoint := func(inboundOnly bool) Resource {
		return made("endpoints", "ec2.aws.m.upbound.io/VPCEndpoint", map[string]any{
			"vpcEndpointType": "Interface", "dnsOptions": map[string]any{"privateDnsOnlyForInboundResolverEndpoint": inboundOnly},
		})
	}
	from := func(key string) Resource {
		r := made("endpoints", rule, map[string]any{"cidrIpv4": "10.200.0.0/20", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443})
		r.Key = key
		return r
	}
	without := func(all ...Resource) []string {
		var outages []string
		for _, d := range Compare(one(endpoint(true), all...), &Environment{Name: "e", Resources: all}).Dangers {
			outages = append(outages, d.ID())
		}
		return outages
	}
	require.Empty(t, without(from("group-from-nodes"), from("group-from-vpc")))
	require.Equal(t, []string{"outage/key"}, without(from("peer-office")))
	require.NotEmpty(t, Compare(one(endpoint(false)), &Environment{Name: "e"}).Dangers, "the VPC itself is led to it")
	require.Empty(t, told(Compare(one(endpoint(true)), one(endpoint(true), from("peer-office"))).Dangers), "services of AWS ask for credentials")
}

// Under one key stands something else.
func TestWhatIsLeftForAnotherIsAnOutage(t *testing.T) {
	vpc := func(kind, id string) Resource {
		r := made("network", kind, map[string]any{})
		r.Object["metadata"] = map[string]any{"name": "a", "annotations": map[string]any{externalname.Annotation: id}}
		return r
	}
	report := Compare(one(vpc("ec2.aws.m.upbound.io/VPC", "vpc-1")), one(vpc("ec2.aws.m.upbound.io/VPC", "vpc-2")))
	require.Equal(t, Replace, report.Changes[0].Action)
	require.Equal(t, []string{`outage/key: VPC "vpc-1" becomes "vpc-2", which AWS cannot rename: the provider leaves the first one in AWS and manages the second, which it creates if it does not exist`}, told(report.Dangers))
	kinds := Compare(one(vpc("ec2.aws.m.upbound.io/VPC", "vpc-1")), one(vpc("ec2.aws.m.upbound.io/Subnet", "vpc-1")))
	require.Equal(t, Replace, kinds.Changes[0].Action)
}

// A field that is looked at when a resource is made only holds up no other.
func TestASizeHoldsUpNoOtherField(t *testing.T) {
	group := func(disk string, most float64) *Environment {
		r := made("pool-default", kindNodeGroup, map[string]any{"releaseVersion": disk})
		r.Object["spec"].(map[string]any)["initProvider"] = map[string]any{"scalingConfig": map[string]any{"maxSize": most}}
		return one(r)
	}
	both := Compare(group("1.35.1-20260101", 5), group("1.35.1-20260201", 6))
	require.Equal(t, Update, both.Changes[0].Action)
	require.Equal(t, []string{"node-roll/default", "size-by-hand/default"}, []string{both.Dangers[0].ID(), both.Dangers[1].ID()})
	require.Equal(t, Stuck, Compare(group("1.35.1-20260101", 5), group("1.35.1-20260101", 6)).Changes[0].Action)
}
