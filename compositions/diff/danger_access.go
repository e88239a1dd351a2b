package diff

import (
	"fmt"
	slash "path"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/fieldpath"
)

// addresses reports changed public addresses.
func (c comparison) addresses() {
	tell := byHand("before merging, tell the owners of allow lists that contain these addresses")
	for _, change := range c.changes {
		switch {
		case change.Kind != "ec2.aws.m.upbound.io/EIP":
		case change.Action == Create:
			c.report(about(addressChange, change, "traffic of its zone leaves through a new address", tell))
		case change.Action == Destroy || change.Action == Replace:
			c.report(about(addressChange, change, "the address is released to AWS and cannot be recovered", tell))
		}
	}
}

// access reports access or permissions that a change adds.
func (c comparison) access() {
	c.boundary()
	for _, change := range c.changes {
		if change.Action == Destroy || change.Action == Leave {
			continue
		}
		message := c.widened(change)
		if message == "" {
			continue
		}
		d := about(accessWidened, change, message, Advice{})
		if change.Kind == kindCluster {
			d.Subject = publicEndpointSubject
		} else {
			d.facts = c.given(change)
		}
		c.report(d)
	}
}

// widened returns the access or the permission that a change adds, or "".
func (c comparison) widened(change Change) string {
	switch change.Kind {
	case kindCluster:
		return publicEndpoint(change)
	case kindIngress:
		if admitsPeer(change.Component, change.Key) {
			return "" // it leads to services of AWS, which ask for credentials
		}
		return c.ingress(change)
	case "eks.aws.m.upbound.io/AccessPolicyAssociation":
		return c.admin(change)
	case "eks.aws.m.upbound.io/AccessEntry":
		return joined(change)
	case "eks.aws.m.upbound.io/IdentityProviderConfig":
		if change.Action == Create {
			return "the cluster accepts users of " + providedText(change.new, "oidc", "issuerUrl")
		}
	case "iam.aws.m.upbound.io/RolePolicyAttachment":
		if change.Action != Create || !c.before(change.new, "role") || c.narrowerVolumes(change) {
			return "" // the role is new, or gets less than it had
		}
		role, policy := attached(change.new)
		return fmt.Sprintf("role %s gets policy %s", role, policy)
	}
	var more []string
	for _, f := range change.Fields {
		if s := f.statement; s != nil && s.widened(f) {
			more = append(more, f.Path.String())
		}
	}
	if len(more) == 0 || change.Action != Update || !c.widens(change) {
		return ""
	}
	return fmt.Sprintf("%s %s allows more: %s", shortKind(change.Kind), change.called(), strings.Join(more, ", "))
}

// publicEndpointSubject is the subject of dangers about the control plane's public
// endpoint.
const publicEndpointSubject = "public-endpoint"

func publicEndpoint(change Change) string {
	var all []string
	if f := fieldAt(change, "vpcConfig", "endpointPublicAccess"); f != nil && f.New == true {
		all = append(all, "the control plane gets a public endpoint")
	}
	if f := fieldAt(change, "vpcConfig", "publicAccessCidrs"); f != nil {
		if came := outside(elements(f.New, f.Added), elements(f.Old, f.Removed)); len(came) > 0 {
			all = append(all, "the public endpoint may be reached from "+listed(came))
		}
	}
	return strings.Join(all, "; ")
}

// listed joins values for the reader.
func listed(values []any) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = fmt.Sprint(v)
	}
	return strings.Join(texts, ", ")
}

// ingress returns what a rule newly admits to an existing security group.
func (c comparison) ingress(change Change) string {
	fields := []string{"cidrIpv4", "cidrIpv6", "fromPort", "toPort", "ipProtocol", "prefixListId", "referencedSecurityGroupId"}
	altered := slices.ContainsFunc(change.Fields, func(f Field) bool {
		names := f.Path.names()
		return len(names) > 2 && slices.Contains(fields, strings.TrimSuffix(names[2], "Ref"))
	})
	if altered || change.Action == Create && c.before(change.new, "securityGroupId") && !admitted(change.new, c.base) {
		return "a security group admits " + opened(change.new)
	}
	return ""
}

// before reports whether the object that a field refers to exists in the old state. One
// that is named by its id exists in AWS.
func (c comparison) before(object map[string]any, field string) bool {
	name := providedText(object, field+"Ref", "name")
	return name == "" || c.base.named(name) != nil
}

// named returns the object with a name in the management cluster, or nil.
func (e *Environment) named(name string) map[string]any {
	i := slices.IndexFunc(e.Resources, func(r Resource) bool { return fieldpath.At(r.Object, "metadata", "name") == name })
	if i < 0 {
		return nil
	}
	return e.Resources[i].Object
}

// opened returns the traffic that a rule admits.
func opened(rule map[string]any) string {
	from := providedText(rule, "cidrIpv4") + providedText(rule, "cidrIpv6") + providedText(rule, "prefixListId")
	if from == "" {
		from = providedText(rule, "referencedSecurityGroupIdRef", "name") + providedText(rule, "referencedSecurityGroupId")
	}
	low, high := provided(rule, "fromPort"), provided(rule, "toPort")
	switch {
	case low == nil:
		return "everything from " + from
	case plain(low) == plain(high):
		return fmt.Sprintf("%s on port %v (%v)", from, low, provided(rule, "ipProtocol"))
	}
	return fmt.Sprintf("%s on ports %v to %v (%v)", from, low, high, provided(rule, "ipProtocol"))
}

// admin returns the additional cluster administrator and the access policy, or "".
func (c comparison) admin(change Change) string {
	if change.Action != Create && !morePowerful(change.new, change.old) {
		return ""
	}
	who := providedText(change.new, "principalArn")
	if who == "" {
		who = providedText(change.new, "principalArnRef", "name")
		if entry := c.head.named(who); entry != nil {
			who = providedText(entry, "principalArn")
		}
	}
	return fmt.Sprintf("%s gets %s (%v)", who, slash.Base(providedText(change.new, "policyArn")), provided(change.new, "accessScope", "type"))
}

// joined returns the Kubernetes groups that an admin joins, or "". Role bindings inside
// the cluster decide what a group may do.
func joined(change Change) string {
	came := without(listAt(change.new, "kubernetesGroups"), listAt(change.old, "kubernetesGroups"))
	if len(came) == 0 {
		return ""
	}
	return fmt.Sprintf("%s joins the Kubernetes groups %s, and may do what role bindings in the cluster allow them",
		providedText(change.new, "principalArn"), listed(came))
}

// withinPolicies are, for each access policy, those that allow no more than it.
// https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
var withinPolicies = map[string]string{
	"AmazonEKSClusterAdminPolicy": "AmazonEKSClusterAdminPolicy AmazonEKSAdminPolicy AmazonEKSAdminViewPolicy AmazonEKSEditPolicy AmazonEKSViewPolicy",
	"AmazonEKSAdminPolicy":        "AmazonEKSAdminPolicy AmazonEKSEditPolicy AmazonEKSViewPolicy",
	"AmazonEKSAdminViewPolicy":    "AmazonEKSAdminViewPolicy AmazonEKSViewPolicy",
	"AmazonEKSEditPolicy":         "AmazonEKSEditPolicy AmazonEKSViewPolicy",
	"AmazonEKSViewPolicy":         "AmazonEKSViewPolicy",
}

// morePowerful reports whether an access policy association allows something that
// another does not.
func morePowerful(association, other map[string]any) bool {
	grant := func(association map[string]any) (policy string, namespaces []any) { // nil for the whole cluster
		if provided(association, "accessScope", "type") == "namespace" {
			namespaces = listAt(association, "accessScope", "namespaces")
		}
		return slash.Base(providedText(association, "policyArn")), namespaces
	}
	policy, namespaces := grant(association)
	otherPolicy, otherNamespaces := grant(other)
	within := slices.Contains(strings.Fields(withinPolicies[otherPolicy]), policy)
	inside := otherNamespaces == nil || namespaces != nil && allMatched(namespaces, otherNamespaces)
	return !within || !inside
}

// given returns what a change allows, as far as the message omits it: the new content of
// the resource, and the policy that it attaches.
func (c comparison) given(change Change) []any {
	all := newContent(change)
	if policy := c.head.named(providedText(change.new, "policyArnRef", "name")); policy != nil {
		all = append(all, untagged(policy))
	}
	return all
}

// newContent returns the new content of a resource without its tags.
func newContent(change Change) []any {
	if change.Action == Create {
		return []any{untagged(change.new)}
	}
	var all []any
	for _, f := range change.Fields {
		if !slices.Contains(f.Path.names(), "tags") {
			all = append(all, map[string]any{"field": f.Path.Full(), "new": f.New, "added": f.Added, "removed": f.Removed})
		}
	}
	return all
}

// attached returns the role and the policy of an attachment.
func attached(attachment map[string]any) (role, policy string) {
	role = providedText(attachment, "roleRef", "name") + providedText(attachment, "role")
	policy = providedText(attachment, "policyArn") + providedText(attachment, "policyArnRef", "name")
	return role, slash.Base(policy)
}

// boundary reports roles whose permissions boundary is removed or replaced: the content
// of a boundary is not in the files. The policies of dominoc policy deny the removal of
// a boundary, so an administrator must do it.
func (c comparison) boundary() {
	var roles []string
	var limit *Field
	var first Change
	for _, change := range slices.Backward(c.changes) {
		if f := fieldAt(change, "permissionsBoundary"); change.Kind == "iam.aws.m.upbound.io/Role" && change.Action != Create && f != nil {
			first, limit = change, f
			roles = append(roles, change.called())
		}
	}
	slices.Reverse(roles)
	if limit == nil {
		return
	}
	report := func(code, message, instead string) {
		d := about(code, first, message, byHand(instead))
		d.Subject = "permissions-boundary" // of all roles at once
		c.report(d)
	}
	names := strings.Join(roles, ", ")
	if limit.New == nil {
		report(accessWidened, fmt.Sprintf("the permissions boundary %v no longer limits %s", limit.Old, names),
			"an administrator of the account removes the boundary: the policies of dominoc policy deny that to Crossplane")
		return
	}
	report(outage, fmt.Sprintf("%s may do only what %v allows too, whose content no file here states: a role that needs more stops working", names, limit.New),
		"before merging, make sure that the boundary allows what the roles need: dominoc render shows their policies")
	if limit.Old != nil {
		report(accessWidened, fmt.Sprintf("the permissions boundary %v replaces %v for %s", limit.New, limit.Old, names),
			"before merging, apply the policies that dominoc policy prints: the current ones deny another boundary")
	}
}
