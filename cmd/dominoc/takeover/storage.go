package takeover

import (
	"fmt"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// claimStorage reads the file system with its mount targets and backups, and the policies of
// the buckets. Names and ids of both are brought already.
func (f *facts) claimStorage(c *claim) {
	f.claimMountTargets(c)
	f.claimBackup(c)
	policies := map[string]string{} // by bucket
	for _, r := range f.state.Of(true, "aws_s3_bucket_policy") {
		policies[r.Text("bucket")] = r.Text("policy")
	}
	var b block
	for role, bucket := range ordered.All(f.bucketNames()) {
		if policies[bucket] == "" {
			c.refuse("", "give it one, or leave storage out of --take", "bucket %q has no policy; a bucket of an environment has one", bucket)
			continue
		}
		b.add(role, policies[bucket])
	}
	c.facts.add("policies", b)
}

// claimMountTargets reads the mount target of each node subnet, and their security group.
func (f *facts) claimMountTargets(c *claim) {
	slots := map[string]int{}
	for slot, zone := range f.zones() {
		slots[zone] = slot
	}
	var group string
	for _, target := range f.mountTargets() {
		slot, known := slots[f.zoneOf[target.Text("subnet_id")]]
		groups := target.Texts("security_groups")
		switch {
		case !known || f.subnets["private"][f.zones()[slot]].ID != target.Text("subnet_id"):
			c.refuse(target.Address, "move it to a subnet of the nodes", "its subnet %q is none of the nodes'", target.Text("subnet_id"))
		case len(groups) != 1 || group != "" && group != groups[0]:
			c.refuse(target.Address, "give all mount targets one security group", "its security groups are %q; an environment has one, of all mount targets", groups)
		default:
			group = groups[0]
			c.ids[fmt.Sprintf("mount-z%d", slot)] = target.Text("id")
		}
	}
	for zone, slot := range ordered.All(slots) {
		if key := fmt.Sprintf("mount-z%d", slot); f.made[zone] && c.ids[key] == "" {
			c.refuse("", "declare it in a root of Terraform and give its state too, or leave storage out of --take", "the mount target of zone %q, which was brought, is in none of the states", zone)
		}
	}
	c.facts.unless("", "securityGroup", group)
}

// claimBackup reads the plan of AWS Backup for the file system, if there is one.
func (f *facts) claimBackup(c *claim) {
	plan, selection := f.first("aws_backup_plan", "efs"), f.first("aws_backup_selection", "efs")
	if plan.Address == "" {
		return
	}
	rules := blocks(plan, "rule")
	if len(rules) != 1 || selection.Address == "" {
		c.refuse(plan.Address, "leave one rule and one selection", "the plan has %d rules, and an environment has one, for one selection", len(rules))
		return
	}
	c.facts.add("backup", block{
		{key: "role", value: selection.Text("iam_role_arn")},
		{key: "schedule", value: rules[0].Text("schedule")},
		{key: "beginsInMinutes", value: number(rules[0], "start_window")},
		{key: "completesInMinutes", value: number(rules[0], "completion_window")},
	})
	c.ids["backup-plan"], c.ids["backup-selection"] = plan.Text("id"), selection.Text("id")
}

// backupDays is how long backups are kept, as an environment's file states it.
func (f *facts) backupDays() (days v1alpha1.Backup, backed bool) {
	for _, rule := range blocks(f.first("aws_backup_plan", "efs"), "rule") {
		return v1alpha1.Backup{
			ColdAfterDays:   number(rule, "lifecycle", "cold_storage_after"),
			DeleteAfterDays: number(rule, "lifecycle", "delete_after"),
		}, true
	}
	return days, false
}

// unstated returns what people have to state in the file of an environment, which import
// does not edit, before it takes the storage.
func (f *facts) unstated(env *v1alpha1.Environment) []Refused {
	days, backed := f.backupDays()
	if is := env.Storage.Datasets.Backup; backed && (is.ColdAfterDays != days.ColdAfterDays || is.DeleteAfterDays != days.DeleteAfterDays) {
		return []Refused{{
			Address: f.first("aws_backup_plan", "efs").Address,
			What:    fmt.Sprintf("backups are cold after %d days and deleted after %d; the environment says %d and %d", days.ColdAfterDays, days.DeleteAfterDays, is.ColdAfterDays, is.DeleteAfterDays),
			First:   fmt.Sprintf("state in the environment's file: storage: datasets: backup: {coldAfterDays: %d, deleteAfterDays: %d}", days.ColdAfterDays, days.DeleteAfterDays),
		}}
	}
	return nil
}
