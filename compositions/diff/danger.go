package diff

import (
	"fmt"
	"slices"
	"strings"
)

// Danger is an effect of a change that a reviewer must know.
type Danger struct {
	Code    string   // see Codes
	Subject string   // what it is about: a pool, or the key of a resource
	Message string   // what happens
	Of      []string // the resources, by kind and key, where there may be many
	Instead Advice   // what to do
	Run     []string // commands that do what the provider does not

	Component, Key string // the resource, or the first of several; Key is empty for a whole component

	Detector string // which found it, by name; empty for one of another package

	// facts are details that the message omits and that make the danger better or worse:
	// an acceptance of the danger is for these.
	facts []any
}

// ID returns what an environment's file accepts: the code and the subject, such as
// data-loss/bucket-logs.
func (d Danger) ID() string {
	if d.Subject == "" {
		return d.Code
	}
	return d.Code + "/" + d.Subject
}

// Code is a kind of danger. Names are stable.
type Code struct {
	Name  string
	Class Class
	About string // what it means, and what to do about it
}

// The codes.
const (
	accessWidened         = "access-widened"
	addonsBehind          = "addons-behind"
	addressChange         = "address-change"
	adoptedEdited         = "adopted-edited"
	adoptedRemoved        = "adopted-removed"
	authenticationChanged = "authentication-changed"
	calicoRestart         = "calico-restart"
	controlPlaneZone      = "control-plane-zone"
	dataLoss              = "data-loss"
	definitionNarrowed    = "definition-narrowed"
	environmentMoved      = "environment-moved"
	keyRenamed            = "key-renamed"
	nameTaken             = "name-taken"
	newNodesOnly          = "new-nodes-only"
	nodeRoll              = "node-roll"
	outage                = "outage"
	packageChanged        = "package-changed"
	packageLowered        = "package-lowered"
	poolReplaced          = "pool-replaced"
	protectionRemoved     = "protection-removed"
	providerIdentity      = "provider-identity"
	quotaExceeded         = "quota-exceeded"
	scaleFirst            = "scale-first"
	sizeByHand            = "size-by-hand"
	sizesFollow           = "sizes-follow"
	stuck                 = "stuck"
	syncMoved             = "sync-moved"
	throughputLowered     = "throughput-lowered"
	versionLowered        = "version-lowered"
	versionSkipped        = "version-skipped"
	zonesReordered        = "zones-reordered"
)

// Codes returns all codes, sorted by name.
func Codes() []Code {
	return []Code{
		{accessWidened, Exposes, "The change widens access: a public endpoint or a range that may reach it, a security group rule that admits more, a role that more principals may assume, a policy that allows more, or a new cluster admin."},
		{addonsBehind, Disturbs, "Kubernetes is upgraded and add-ons keep their versions: EKS never upgrades an add-on by itself, and an old one may not work with the new Kubernetes version. State matching versions: cluster.addons.NAME.version."},
		{addressChange, Disturbs, "Traffic leaves from other addresses, or an address range changes. Allow lists elsewhere that contain the old addresses block the traffic from the new ones."},
		{adoptedEdited, Disturbs, "A fact of an installation that was taken over is edited. adopted.cue describes what is in AWS: an edit does not correct AWS, it makes Crossplane change or replace what runs. Other dangers of the same pull request report which nodes, pools or resources. Keep the file as dominoc import wrote it; to give a pool other values, replace it: dominoc replace."},
		{adoptedRemoved, Stops, "An environment no longer takes an installation over. Crossplane would create a second installation next to the one in AWS, from the same file, and EKS refuses what it cannot change of the running cluster. Keep adopted.cue."},
		{authenticationChanged, Disturbs, "EKS changes how the cluster knows IAM principals, from the map aws-auth towards access entries. It takes one step at a time, and never goes back. Be sure before you merge."},
		{calicoRestart, Disturbs, "Calico, which enforces network policies, changes its release or the source of its images. Its pods restart on every node, a few at a time, as do Typha and the operator. The rules on a node stay in force; new pods on the node and changed policies wait until Calico runs there again. Each release is tested with the Kubernetes versions before and after an upgrade, so the order of the two upgrades does not matter."},
		{controlPlaneZone, Stops, "The zones of the control plane are fixed for the life of the cluster: EKS takes no subnet in another zone. Keep controlPlaneZones; other zones need a new environment. Where EKS refused to create the control plane, they may change; only dominoc diff --live can tell."},
		{dataLoss, Destroys, "A resource that holds data is destroyed or replaced by an empty one, or data in it is deleted earlier than before. Copy the data that you need first."},
		{definitionNarrowed, Stops, "A definition of composite resources accepts less than before: a field, a value or a version was removed. The API server drops unknown fields from existing objects, and refuses the next change of an object that is no longer valid. Definitions of a release may only grow."},
		{environmentMoved, Destroys, "The account, the region or the name of an environment never changes: nothing moves. Create a new environment, move the data, then remove the old one."},
		{keyRenamed, Destroys, "The key of an unchanged AWS resource changed. Crossplane deletes the resource before it creates it again, so the resource and its contents are lost."},
		{nameTaken, Stops, "AWS has a resource with the name of one that the environment creates, and without the environment's tag: another owner made it, such as Domino's Terraform modules. The provider finds it by its name and changes it as far as its role may; for what has no name of its own, such as the VPC, it makes a second one. Take the installation over with dominoc import, or choose another name. The files cannot tell: dominoc diff --live asks AWS for the names of what is created, with the AWS CLI and its credentials, and reads from the management cluster what the provider found. A name without an answer is reported too."},
		{newNodesOnly, Stops, "A setting of the pod network takes effect on new nodes only. Running nodes keep the old setting, and new nodes of an existing node group may accept more pods than they have addresses for. Replace every pool: add one with replaces, let the workloads move, then remove the old one (R5)."},
		{nodeRoll, Disturbs, "EKS replaces every node of the pool, a few at a time, and evicts their pods. Running executions end."},
		{outage, Stops, "The change removes something that the installation needs to run: the control plane, the nodes of a pool, a network route, traffic that a rule admits, an action that a policy allows, or an add-on. To replace a pool without an outage, add a pool that replaces it, merge, let the workloads move, and remove the old one in a later change (R5)."},
		{packageChanged, Disturbs, "A package of the management cluster changes: a provider, the function or Crossplane itself has another version, other content or another source. Its pods are replaced, and the new ones reconcile every resource of every environment. Read the release notes, and watch the rollout."},
		{packageLowered, Stops, "A package of the management cluster is downgraded. The older version may not read what the newer one wrote, and its definitions may lack fields that are in use. Keep the version, or restore a backup of the management cluster."},
		{poolReplaced, Disturbs, "A pool gives way to the one that replaces it: its nodes take no further pods, or are removed. The successor has to be ready before the first, and the pool has to be empty before the second: otherwise what runs there ends; EKS drains the nodes of a node group that it deletes, but waits for no execution. The files do not say either: dominoc diff --live reads it from the management cluster, and reports nothing once both are true. The steps are those of dominoc replace."},
		{protectionRemoved, Destroys, "The change removes protection of data or of audit records: protection against deletion, versions, encryption, backups, logs or policies."},
		{providerIdentity, Stops, "Crossplane uses another role in AWS. If that role is not trusted or has fewer permissions, Crossplane cannot update the environment. Prepare the role first: dominoc policy prints what it needs."},
		{quotaExceeded, Disturbs, "With this change the fleet needs more than the account's AWS quota. Raise the quota before merging, or reduce the need: dominoc quotas."},
		{scaleFirst, Disturbs, "EKS refuses a minimum above, or a maximum below, a node group's current number of nodes. Scale the group first, or state the desired size in the same call."},
		{sizeByHand, Disturbs, "The provider sets the size of a node group at creation only; afterwards the autoscaler owns it. With this provider release a new size in the file changes nothing in AWS: merge, and run the command, or dominoc sizes for the whole fleet."},
		{sizesFollow, Disturbs, "environments/gitops now states a provider-aws that changes sizes in place: at its next poll every node group gets the minimum and maximum of Git, and a size that was changed only in AWS is lost. If packages.sizesInPlace is true for a release that resets the desired size, nodes that the autoscaler added end as well. Run dominoc sizes before the merge: it lists the groups whose size differs."},
		{stuck, Stops, "AWS cannot change a field in place, and the provider never replaces a resource: it refuses the whole update. The resource stays as it is, out of sync, and the environment turns unready. A resource that AWS refused to create is not stuck: it is created with the new values. Only dominoc diff --live can tell, by the error of the provider's last attempt. A changed reference of such a resource is stuck all the same: the provider has resolved it and keeps the value."},
		{syncMoved, Stops, "The manifests are synced differently: by another tool, or from another namespace, repository, branch or folder. Objects that the new source lacks are no longer updated, or are deleted; the sync objects of the old source stay until you delete them."},
		{throughputLowered, Disturbs, "Storage becomes slower: workloads that read or write much take longer, or wait. EFS in bursting mode provides 50 KiB/s for each stored GiB, and more while burst credits last."},
		{versionLowered, Stops, "The Kubernetes version is lowered. EKS rolls a control plane back by one minor version, within 7 days of its upgrade, once no node is newer, and nodes only on that way: dominoc upgrade NAME --to VERSION."},
		{versionSkipped, Stops, "EKS upgrades a control plane by one minor version at a time. Merge one version after the other."},
		{zonesReordered, Stops, "A zone's index in the list is its slot, which decides subnets and addresses. Append zones; never reorder, replace or remove one."},
	}
}

// Renamed returns the danger of another name in an environment's file.
func Renamed(from, to string) Danger {
	return Danger{
		Code: environmentMoved, Subject: "name",
		Message: fmt.Sprintf("the file named %q before: %q is another environment, which is created in addition, and nothing moves", from, to),
		Instead: leftOut("keep the name"),
	}
}

// QuotaExceeded returns the danger of an exceeded AWS quota, by the quota's code. The
// caller knows the quotas.
func QuotaExceeded(quota, message string) Danger {
	return Danger{Code: quotaExceeded, Subject: quota, Message: message, Instead: byHand("raise the quota before merging, or reduce the need: dominoc quotas --emit requests more from AWS")}
}

// CodeOf returns the code with a name.
func CodeOf(name string) (Code, bool) {
	i := slices.IndexFunc(Codes(), func(c Code) bool { return c.Name == name })
	if i < 0 {
		return Code{}, false
	}
	return Codes()[i], true
}

// IsCode reports whether a text is a code, or a code with a subject.
func IsCode(id string) bool {
	code, _, _ := strings.Cut(id, "/")
	_, known := CodeOf(code)
	return known
}

// comparison is what detectors look at, and where they report.
type comparison struct {
	base, head *Environment // head is nil if the environment is removed
	changes    []Change
	*findings
}

// findings are the dangers that detectors have reported.
type findings struct {
	dangers  []Danger
	detector string // the name of the one that is running
}

func (f *findings) report(d Danger) {
	d.Detector = f.detector
	f.dangers = append(f.dangers, d)
}

// reportOn reports a danger of a component, which may be "", or of one of its parts.
func (f *findings) reportOn(component, code, subject, message string, instead Advice) {
	f.report(Danger{Code: code, Subject: subject, Message: message, Instead: instead, Component: component})
}

// reported reports whether a danger of an ID has been reported.
func (f *findings) reported(id string) bool {
	return slices.ContainsFunc(f.dangers, func(d Danger) bool { return d.ID() == id })
}

// reportFor reports a danger of one of many resources: if one with its ID lists
// resources already, that one lists this resource too. It returns the reported danger.
func (f *findings) reportFor(change Change, d Danger) *Danger {
	i := slices.IndexFunc(f.dangers, func(other Danger) bool { return len(other.Of) > 0 && other.ID() == d.ID() })
	if i < 0 {
		i = len(f.dangers)
		f.report(d)
	}
	reported := &f.dangers[i]
	if of := change.described(); !slices.Contains(reported.Of, of) {
		reported.Of = append(reported.Of, of)
	}
	return reported
}

// detect returns all dangers, the gravest code first, each ID once.
func (c comparison) detect() []Danger {
	for _, d := range detectors() {
		c.detector = d.Name
		d.find(c)
	}
	all := once(c.dangers)
	slices.SortStableFunc(all, byGravity)
	return all
}

// gravest are the codes in the order in which a reader needs to know of them.
var gravest = []string{
	dataLoss, outage, syncMoved, keyRenamed, environmentMoved, adoptedRemoved, nameTaken, definitionNarrowed, packageLowered, providerIdentity, stuck, newNodesOnly, zonesReordered, controlPlaneZone,
	versionSkipped, versionLowered, protectionRemoved, accessWidened, adoptedEdited, poolReplaced, nodeRoll, authenticationChanged, packageChanged, addonsBehind, calicoRestart, addressChange, throughputLowered, quotaExceeded, sizesFollow, sizeByHand, scaleFirst,
}

// Gravity orders dangers: the lowest is the gravest.
func (d Danger) Gravity() int { return slices.Index(gravest, d.Code) }

// subject names the subject of a danger about one resource: the pool; the key alone, if
// the component's keys are clear by themselves; or component and key.
func subject(component, key string) string {
	if pool := poolOf(component); pool != "" {
		return pool
	}
	switch component {
	case "network", "cluster", "storage", "registry", "domain", "endpoints":
		return key
	}
	return component + "/" + key
}

// about returns a danger of one change.
func about(code string, c Change, message string, instead Advice) Danger {
	return Danger{Code: code, Subject: subject(c.Component, c.Key), Message: message, Instead: instead, Component: c.Component, Key: c.Key}
}

// called names a resource for the reader: by its name in AWS, else by its key.
func (c Change) called() string {
	if c.AWSName != "" {
		return c.AWSName
	}
	return c.Key
}
