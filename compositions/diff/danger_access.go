package diff

import (
	"fmt"
	"slices"
	"strings"
)

// addresses are those by which others know the environment.
func (c comparison) addresses() []Danger {
	var all []Danger
	for _, change := range c.changes {
		if change.Kind != "ec2.aws.m.upbound.io/EIP" {
			continue
		}
		switch change.Action {
		case Create:
			all = append(all, about(addressChange, change, "traffic of its zone leaves through a new address"))
		case Destroy, Replace:
			all = append(all, about(addressChange, change, "the address is released to AWS and cannot be recovered"))
		}
	}
	for i := range all {
		all[i].Instead = byHand("before merging, tell the owners of allow lists that contain these addresses")
	}
	return all
}

// access is who may reach or do more than before.
func (c comparison) access() []Danger {
	all := c.boundary()
	for _, change := range c.changes {
		if change.Action == Destroy || change.Action == Leave {
			continue
		}
		for _, message := range c.widened(change) {
			d := about(accessWidened, change, message)
			d.facts = c.given(change)
			if change.Kind == kindCluster {
				d.Subject, d.facts = publicEndpointSubject, nil // the message has all
			}
			all = append(all, d)
		}
	}
	return all
}

// widened says by what a change lets in or allows more.
func (c comparison) widened(change Change) []string {
	switch change.Kind {
	case kindCluster:
		return publicEndpoint(change)
	case kindIngress:
		if admitsPeer(change.Component, change.Key) {
			return nil // it leads to services of AWS, which ask for credentials
		}
		return c.ingress(change)
	case "eks.aws.m.upbound.io/AccessPolicyAssociation":
		return c.admin(change)
	case "eks.aws.m.upbound.io/AccessEntry":
		return joined(change)
	case "eks.aws.m.upbound.io/IdentityProviderConfig":
		if change.Action == Create {
			return []string{"the cluster accepts users of " + text(provided(change.new, "oidc", "issuerUrl"))}
		}
	case "iam.aws.m.upbound.io/RolePolicyAttachment":
		return c.attachment(change)
	}
	var more []string
	for _, f := range change.Fields {
		if s := f.statement; s != nil && s.widened(f) {
			more = append(more, f.Path.String())
		}
	}
	if len(more) == 0 || change.Action != Update || !c.widens(change) {
		return nil
	}
	return []string{fmt.Sprintf("%s %s allows more: %s", shortKind(change.Kind), change.called(), strings.Join(more, ", "))}
}

// publicEndpointSubject is what dangers of the way in from outside are about.
const publicEndpointSubject = "public-endpoint"

func publicEndpoint(change Change) []string {
	var all []string
	if f := fieldAt(change, "vpcConfig", "endpointPublicAccess"); f != nil && f.New == true {
		all = append(all, "the control plane gets a public endpoint")
	}
	f := fieldAt(change, "vpcConfig", "publicAccessCidrs")
	if f == nil {
		return all
	}
	if came := outside(elements(f.New, f.Added), elements(f.Old, f.Removed)); len(came) > 0 {
		all = append(all, "the public endpoint may be reached from "+listed(came))
	}
	return []string{strings.Join(all, "; ")}[:min(1, len(all))]
}

// listed are values for the reader.
func listed(values []any) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = fmt.Sprint(v)
	}
	return strings.Join(texts, ", ")
}

// ingress is a rule that lets more into a security group that is there already.
func (c comparison) ingress(change Change) []string {
	fields := []string{"cidrIpv4", "cidrIpv6", "fromPort", "toPort", "ipProtocol", "prefixListId", "referencedSecurityGroupId"}
	for _, f := range change.Fields {
		names := f.Path.names()
		for _, name := range fields {
			if len(names) > 2 && strings.TrimSuffix(names[2], "Ref") == name {
				return []string{"a security group admits " + opened(change.new)}
			}
		}
	}
	if change.Action == Create && c.before(change.new, "securityGroupId") && !admitted(change.new, c.base) {
		return []string{"a security group admits " + opened(change.new)}
	}
	return nil
}

// before reports whether what an object refers to is there in the old state, or is
// named by an id and so exists.
func (c comparison) before(object map[string]any, field string) bool {
	name := text(provided(object, field+"Ref", "name"))
	if name == "" {
		return true
	}
	for _, r := range c.base.Resources {
		if at(r.Object, "metadata", "name") == name {
			return true
		}
	}
	return false
}

// opened is what a rule lets in.
func opened(rule map[string]any) string {
	from := text(provided(rule, "cidrIpv4")) + text(provided(rule, "cidrIpv6")) + text(provided(rule, "prefixListId"))
	if from == "" {
		from = text(provided(rule, "referencedSecurityGroupIdRef", "name")) + text(provided(rule, "referencedSecurityGroupId"))
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

// admin returns who may administer the cluster in addition.
func (c comparison) admin(change Change) []string {
	if change.Action != Create && !morePowerful(grantOf(change.new), grantOf(change.old)) {
		return nil
	}
	who := text(provided(change.new, "principalArn"))
	if who == "" {
		who = c.principal(text(provided(change.new, "principalArnRef", "name")))
	}
	policy := text(provided(change.new, "policyArn"))
	return []string{fmt.Sprintf("%s gets %s (%v)", who, policy[strings.LastIndex(policy, "/")+1:], provided(change.new, "accessScope", "type"))}
}

// joined says which groups of Kubernetes an admin joins. What a group may do is said
// inside the cluster.
func joined(change Change) []string {
	was, _ := provided(change.old, "kubernetesGroups").([]any)
	is, _ := provided(change.new, "kubernetesGroups").([]any)
	came := slices.DeleteFunc(slices.Clone(is), func(group any) bool { return slices.Contains(was, group) })
	if len(came) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s joins the Kubernetes groups %s, and may do what role bindings in the cluster allow them",
		text(provided(change.new, "principalArn")), listed(came))}
}

// grant is what an access policy of EKS lets its principal do, and where.
type grant struct {
	policy     string
	namespaces []any // nil for the whole cluster
}

func grantOf(association map[string]any) grant {
	g := grant{policy: text(provided(association, "policyArn"))}
	g.policy = g.policy[strings.LastIndex(g.policy, "/")+1:]
	if provided(association, "accessScope", "type") == "namespace" {
		g.namespaces, _ = provided(association, "accessScope", "namespaces").([]any)
	}
	return g
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

// morePowerful reports whether a grant allows something that another does not.
func morePowerful(g, other grant) bool {
	within := slices.Contains(strings.Fields(withinPolicies[other.policy]), g.policy)
	inside := other.namespaces == nil || g.namespaces != nil && allMatched(g.namespaces, other.namespaces)
	return !within || !inside
}

// principal is whose an access entry is.
func (c comparison) principal(entry string) string {
	for _, r := range c.head.Resources {
		if at(r.Object, "metadata", "name") == entry {
			return text(provided(r.Object, "principalArn"))
		}
	}
	return entry
}

// attachment gives a policy to a role that is there already.
func (c comparison) attachment(change Change) []string {
	if change.Action != Create || !c.before(change.new, "role") || c.narrowerVolumes(change) {
		return nil
	}
	role, policy := attached(change.new)
	return []string{fmt.Sprintf("role %s gets policy %s", role, policy)}
}

// given returns what a change allows, as far as a message does not say it: the new
// content of the resource, and the policy that it attaches.
func (c comparison) given(change Change) []any {
	all := said(change)
	name := text(provided(change.new, "policyArnRef", "name"))
	for _, r := range c.head.Resources {
		if name != "" && at(r.Object, "metadata", "name") == name {
			all = append(all, untagged(r.Object))
		}
	}
	return all
}

// said is what is said of a resource now and was not before, but for its tags.
func said(change Change) []any {
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

// attached are the role and the policy of an attachment.
func attached(attachment map[string]any) (role, policy string) {
	role = text(provided(attachment, "roleRef", "name")) + text(provided(attachment, "role"))
	policy = text(provided(attachment, "policyArn")) + text(provided(attachment, "policyArnRef", "name"))
	return role, policy[strings.LastIndex(policy, "/")+1:]
}

// boundarySubject is what the danger of a boundary is about: all roles at once.
const boundarySubject = "permissions-boundary"

// boundary tells roles that are no longer limited as before, and those that are
// limited by something else than before: what a boundary allows is not in the files.
// The policies of dominoc policy deny to remove a boundary, so the removal waits for
// an administrator.
func (c comparison) boundary() []Danger {
	var roles []string
	var limit *Field
	var first Change
	for _, change := range c.changes {
		f := fieldAt(change, "permissionsBoundary")
		if change.Kind != "iam.aws.m.upbound.io/Role" || change.Action == Create || f == nil {
			continue
		}
		if limit == nil {
			first, limit = change, f
		}
		roles = append(roles, change.called())
	}
	if limit == nil {
		return nil
	}
	of := func(code, message string, instead Advice) Danger {
		d := about(code, first, message)
		d.Subject, d.Instead = boundarySubject, instead
		return d
	}
	names := strings.Join(roles, ", ")
	narrows := of(outage, fmt.Sprintf("%s may do only what %v allows too, whose content no file here states: a role that needs more stops working", names, limit.New),
		byHand("before merging, make sure that the boundary allows what the roles need: dominoc render shows their policies"))
	switch {
	case limit.Old == nil:
		return []Danger{narrows}
	case limit.New == nil:
		return []Danger{of(accessWidened, fmt.Sprintf("the permissions boundary %v no longer limits %s", limit.Old, names),
			byHand("an administrator of the account removes the boundary: the policies of dominoc policy deny that to Crossplane"))}
	}
	return []Danger{narrows, of(accessWidened, fmt.Sprintf("the permissions boundary %v replaces %v for %s", limit.New, limit.Old, names),
		byHand("before merging, apply the policies that dominoc policy prints: the current ones deny another boundary"))}
}
