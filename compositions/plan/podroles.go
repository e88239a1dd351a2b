package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/components/policy"
	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// PodRoleKey is the prefix of the keys of the associations with the roles of the user's pods.
const PodRoleKey = "role-"

// irsa is the way to a role by the cluster's OIDC provider.
const irsa v1alpha1.PodRoleBy = "irsa"

// podIdentityAgent is the add-on that gives pods the credentials of EKS Pod Identity.
const podIdentityAgent = "eks-pod-identity-agent"

// maxPolicy is the longest policy that IAM accepts (IAM user guide, "IAM and AWS STS
// quotas"); whitespace does not count.
const maxPolicy = 6144

// administrators are AWS's policies that allow everything, or all of IAM.
var administrators = []string{"AdministratorAccess", "IAMFullAccess", "PowerUserAccess"}

// podRole is a role of the user's pods, with the path of the field that asks for it.
type podRole struct {
	v1alpha1.PodRole
	path diag.Path
}

// findPodRoles returns the roles of the user's pods by name: those that the file states, and
// those of programs that dominoc knows the rights of.
func (r *resolver) findPodRoles() map[string]podRole {
	roles := map[string]podRole{}
	for name, role := range r.env.Cluster.PodRoles {
		roles[name] = podRole{role, diag.Path{"cluster", "podRoles", name}}
	}
	if dns := r.env.Cluster.ExternalDNS; dns != nil {
		roles["external-dns"] = podRole{r.externalDNS(*dns), diag.Path{"cluster", "externalDNS"}}
	}
	return roles
}

// externalDNS returns the role of external-dns, with what its documentation lists
// (kubernetes-sigs/external-dns v0.23, docs/tutorials/aws.md) for one zone. The tags of a
// session that EKS Pod Identity begins are transitive: who assumes another role with it
// passes them on (EKS user guide, "Access AWS resources using EKS Pod Identity target IAM roles").
func (r *resolver) externalDNS(dns v1alpha1.ExternalDNS) v1alpha1.PodRole {
	role := v1alpha1.PodRole{Namespace: dns.Namespace, ServiceAccount: dns.ServiceAccount, By: dns.By}
	if dns.RoleARN != "" {
		role.Statements = []v1alpha1.PolicyStatement{{
			Effect: "Allow", Actions: []string{"sts:AssumeRole", "sts:TagSession"}, Resources: []string{dns.RoleARN},
		}}
		return role
	}
	role.Statements = []v1alpha1.PolicyStatement{
		{Effect: "Allow", Actions: []string{"route53:ListHostedZones"}, Resources: []string{"*"}},
		{
			Effect:    "Allow",
			Actions:   []string{"route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets", "route53:ListTagsForResources"},
			Resources: []string{r.arn("route53", "", "", "hostedzone/"+dns.HostedZoneID)},
		},
	}
	return role
}

// podRolesSpec returns the roles of the user's pods; nothing without any.
func (r *resolver) podRolesSpec() *v1alpha1.PodRolesSpec {
	if len(r.podRoles) == 0 {
		return nil
	}
	spec := &v1alpha1.PodRolesSpec{Roles: map[string]v1alpha1.PodRoleSpec{}}
	if r.rolesByIRSA() {
		spec.OIDCProvider = Unknown
	}
	for name, role := range ordered.All(r.podRoles) {
		r.checkPodRole(role.path, role.PodRole)
		one := v1alpha1.PodRoleSpec{
			Namespace: role.Namespace, ServiceAccount: role.ServiceAccount, IRSA: role.By == irsa,
			Policies: map[string]v1alpha1.AttachedPolicy{},
		}
		for _, arn := range role.PolicyARNs { // the key derives from the ARN, because AWS cannot exchange the policy of an attachment
			one.Policies[shortHash(arn)] = v1alpha1.AttachedPolicy{ARN: arn}
		}
		if len(role.Statements) > 0 {
			one.Document = r.document(role.path.Child("statements"), role.Statements)
		}
		spec.Roles[name] = one
	}
	return spec
}

// rolesByIRSA reports whether a role trusts the cluster's OIDC provider.
func (r *resolver) rolesByIRSA() bool {
	for _, role := range r.podRoles {
		if role.By == irsa {
			return true
		}
	}
	return false
}

// document returns the policy of some statements.
func (r *resolver) document(path diag.Path, statements []v1alpha1.PolicyStatement) string {
	var all []policy.Statement[[]string]
	for _, s := range statements {
		one := policy.Statement[[]string]{Effect: string(s.Effect), Action: s.Actions, Resource: s.Resources}
		if len(s.Conditions) > 0 {
			one.Condition = policy.Condition[[]string](s.Conditions)
		}
		all = append(all, one)
	}
	document := *policy.Document(all...)
	if size := len(strings.ReplaceAll(document, " ", "")); size > maxPolicy {
		r.refuse("pod-role-size", path, problem{
			message: fmt.Sprintf("the policy has %d characters without whitespace, IAM accepts %d", size, maxPolicy),
			hint:    "join actions or resources by patterns, or move some statements to a policy of the account and name it in policyARNs",
		})
	}
	return document
}

// checkPodRole refuses a role that would get nothing or too much, whose service account has another
// one, or whose pods could not get it.
func (r *resolver) checkPodRole(path diag.Path, role v1alpha1.PodRole) {
	if len(role.PolicyARNs)+len(role.Statements) == 0 {
		r.refuse("pod-role-empty", path, problem{
			message: "neither policyARNs nor statements, so the role would allow nothing",
			hint:    "add one of them",
		})
	}
	for i, arn := range role.PolicyARNs {
		if _, name, _ := strings.Cut(arn, ":iam::aws:policy/"); slices.Contains(administrators, name) {
			r.refuseUnlessAccepted("pod-role-wide", path.Child("policyARNs").Index(i), problem{
				message: fmt.Sprintf("%s lets every pod of service account %q in namespace %q change nearly anything in the account", name, role.ServiceAccount, role.Namespace),
				hint:    "state what the pods need in statements",
			})
		}
	}
	for i, s := range role.Statements {
		if all := wide(s); all != "" {
			r.refuseUnlessAccepted("pod-role-wide", path.Child("statements").Index(i), problem{
				message: fmt.Sprintf("action %q on resource \"*\" lets every pod of service account %q in namespace %q do %s in the account", all, role.ServiceAccount, role.Namespace, whatIs(all)),
				hint:    "name the actions, or the resources",
			})
		}
	}
	for _, own := range r.ownAccounts() {
		if own.namespace == role.Namespace && own.name == role.ServiceAccount {
			r.refuse("pod-role-account-taken", path.Child("serviceAccount"), problem{
				message: fmt.Sprintf("%q in namespace %q already has a role of dominoc's own (%s), and a service account has one role", role.ServiceAccount, role.Namespace, own.key),
				hint:    "choose another service account for the program",
			})
		}
	}
	if agent, given := r.env.Cluster.Addons[podIdentityAgent]; role.By != irsa && given && !agent.Enabled {
		r.refuseUnlessAccepted("pod-role-agent", path, problem{
			message: fmt.Sprintf("EKS Pod Identity needs the add-on %s on every node, and cluster.addons disables it", podIdentityAgent),
			hint:    "enable the add-on, or set by: \"irsa\"",
			notes:   []diag.Note{r.note(diag.Path{"cluster", "addons", podIdentityAgent, "enabled"}, "disabled here")},
		})
	}
}

// wide returns the action by which a statement allows everything, or everything in a
// service, with any resource; else "".
func wide(s v1alpha1.PolicyStatement) string {
	if s.Effect == "Deny" || !slices.Contains(s.Resources, "*") {
		return ""
	}
	for _, action := range s.Actions {
		if strings.Trim(action[strings.IndexByte(action, ':')+1:], "*?") == "" {
			return action
		}
	}
	return ""
}

// whatIs returns what an action that ends in * covers.
func whatIs(action string) string {
	if service, _, ofService := strings.Cut(action, ":"); ofService {
		return "everything with " + service
	}
	return "everything"
}

// ownAccounts returns the service accounts that have a role of dominoc's own, with what
// the role is for as the key.
func (r *resolver) ownAccounts() []account {
	if r.env.Adopted != nil {
		return nil
	}
	all := []account{{"load balancer controller", controllerNamespace, controllerServiceAccount}}
	for _, a := range r.controllerAccounts() {
		all = append(all, account{"load balancer controller", a.namespace, a.name})
	}
	for _, d := range r.drivers() {
		title := strings.ToUpper(d.storage) + " driver"
		if d.addon {
			all = append(all, account{title, driverNamespace, d.account})
		}
		for _, a := range r.driverAccounts(d) {
			all = append(all, account{title, a.namespace, a.name})
		}
	}
	if r.env.Cluster.Autoscaler {
		all = append(all, account{"autoscaler", autoscalerNamespace, autoscalerServiceAccount})
	}
	return all
}

// podRoleIdentities returns the associations of service accounts with their roles, by key.
// The key derives from the account, which EKS does not change in place; the role it does.
func (r *resolver) podRoleIdentities() map[string]v1alpha1.PodIdentitySpec {
	specs := map[string]v1alpha1.PodIdentitySpec{}
	for name, role := range r.podRoles {
		if role.By != irsa {
			specs[PodRoleKey+shortHash(role.Namespace+"/"+role.ServiceAccount)] = v1alpha1.PodIdentitySpec{
				RoleARN: r.roleARN(name), Namespace: role.Namespace, ServiceAccount: role.ServiceAccount,
			}
		}
	}
	return specs
}

// podRoleARNs returns the ARNs of the roles by name, for the user.
func (r *resolver) podRoleARNs() map[string]string {
	arns := map[string]string{}
	for name := range r.podRoles {
		arns[name] = r.roleARN(name)
	}
	return arns
}
