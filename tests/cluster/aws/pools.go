package aws

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	scaling "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
)

// PoolLabel is the label by which Domino tells pools.
const PoolLabel = "dominodatalab.com/node-pool"

// NodeGroups gives the node groups of a cluster.
func (a *Account) NodeGroups(ctx context.Context, cluster string) ([]types.Nodegroup, error) {
	found, err := a.EKS.ListNodegroups(ctx, &eks.ListNodegroupsInput{ClusterName: &cluster})
	if err != nil {
		return nil, err
	}
	var groups []types.Nodegroup
	for _, name := range found.Nodegroups {
		described, err := a.EKS.DescribeNodegroup(ctx, &eks.DescribeNodegroupInput{ClusterName: &cluster, NodegroupName: &name})
		if err != nil {
			return nil, err
		}
		groups = append(groups, *described.Nodegroup)
	}
	return groups, nil
}

// pools holds the node groups against R2 to R7: one per pool and zone, with
// sizes, labels and taints.
func (a *Account) pools(ctx context.Context, e Environment, f *findings) error {
	groups, err := a.NodeGroups(ctx, e.Name)
	if err != nil {
		return err
	}
	byPool := map[string]map[string]types.Nodegroup{}
	for _, group := range groups {
		zone, err := a.zone(ctx, group)
		if err != nil {
			return err
		}
		pool := group.Labels[PoolLabel]
		if byPool[pool] == nil {
			byPool[pool] = map[string]types.Nodegroup{}
		}
		_, twice := byPool[pool][zone]
		f.want(!twice, "R7: pool %s has two node groups in %s", pool, zone)
		byPool[pool][zone] = group
	}
	f.want(sameSet(slices.Collect(maps.Keys(byPool)), slices.Collect(maps.Keys(e.Pools))), "R2: the pools are %v", slices.Sorted(maps.Keys(byPool)))
	for name, pool := range e.Pools {
		zones := slices.Sorted(maps.Keys(byPool[name]))
		f.want(slices.Equal(zones, e.Zones), "R7: pool %s is in %v, not in %v", name, zones, e.Zones)
		for i, zone := range e.Zones {
			if group, ok := byPool[name][zone]; ok {
				if err := a.pool(ctx, e, f, name, pool, zone, pool.Sizes[i], group); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// zone is the one zone that a node group is in.
func (a *Account) zone(ctx context.Context, group types.Nodegroup) (string, error) {
	zones, err := a.zones(ctx, group.Subnets)
	if err != nil {
		return "", err
	}
	return one("the zones of node group "+*group.NodegroupName, zones)
}

func (a *Account) pool(ctx context.Context, e Environment, f *findings, name string, pool Pool, zone string, size Size, group types.Nodegroup) error {
	where := fmt.Sprintf("pool %s in %s", name, zone)
	sizes := Size{*group.ScalingConfig.MinSize, *group.ScalingConfig.MaxSize, *group.ScalingConfig.DesiredSize}
	f.want(group.Status == types.NodegroupStatusActive, "%s is %s", where, group.Status)
	f.want(sizes == size, "R2: %s has the sizes %v, not %v", where, sizes, size)
	f.want(*group.Version == e.Version, "%s has version %s, not %s", where, *group.Version, e.Version)
	f.want(string(group.AmiType) == pool.AMIType, "R4: %s has the image %s", where, group.AmiType)
	f.want(string(group.CapacityType) == pool.CapacityType, "%s is %s", where, group.CapacityType)
	f.want(maps.Equal(group.Labels, pool.Labels), "R3: %s has the labels %v, not %v", where, group.Labels, pool.Labels)
	f.want(sameSet(taints(group), pool.Taints), "R4: %s has the taints %v, not %v", where, taints(group), pool.Taints)
	f.want(strings.HasSuffix(*group.NodeRole, ":role/"+pool.Role), "R15: %s has the role %s", where, *group.NodeRole)
	f.want(group.Tags[EnvironmentTag] == e.Name, "%s has the tags %v", where, group.Tags)
	if err := a.template(ctx, f, where, pool, group); err != nil {
		return err
	}
	return a.scalesFromZero(ctx, f, where, zone, pool, group)
}

func taints(group types.Nodegroup) []string {
	effects := map[types.TaintEffect]string{types.TaintEffectNoSchedule: "NoSchedule", types.TaintEffectNoExecute: "NoExecute", types.TaintEffectPreferNoSchedule: "PreferNoSchedule"}
	var out []string
	for _, taint := range group.Taints {
		out = append(out, fmt.Sprintf("%s=%s:%s", *taint.Key, *taint.Value, effects[taint.Effect]))
	}
	return out
}

// template holds the launch template that the nodes have: the disk's size, that it is
// encrypted, and the instance type, which may be in the group instead.
func (a *Account) template(ctx context.Context, f *findings, where string, pool Pool, group types.Nodegroup) error {
	found, err := a.EC2.DescribeLaunchTemplateVersions(ctx, &ec2.DescribeLaunchTemplateVersionsInput{
		LaunchTemplateName: group.LaunchTemplate.Name, Versions: []string{*group.LaunchTemplate.Version},
	})
	if err != nil {
		return err
	}
	version, err := one("the launch template's versions of "+where, found.LaunchTemplateVersions)
	if err != nil {
		return err
	}
	types := group.InstanceTypes
	if in := version.LaunchTemplateData.InstanceType; in != "" {
		types = append(types, string(in))
	}
	f.want(slices.Equal(types, pool.InstanceTypes), "R2: %s has the types %v", where, types)
	mapping, err := one("the disks of "+where, version.LaunchTemplateData.BlockDeviceMappings)
	if err != nil {
		return err
	}
	f.want(*mapping.Ebs.VolumeSize == pool.DiskGiB, "R2: %s has disks of %d GiB", where, *mapping.Ebs.VolumeSize)
	f.want(mapping.Ebs.Encrypted != nil && *mapping.Ebs.Encrypted, "%s has disks that are not encrypted", where)
	return nil
}

// scalesFromZero wants the tags by which the autoscaler knows what a node would
// be like before there is one (R17).
func (a *Account) scalesFromZero(ctx context.Context, f *findings, where, zone string, pool Pool, group types.Nodegroup) error {
	name := *group.Resources.AutoScalingGroups[0].Name
	found, err := a.AutoScaling.DescribeTags(ctx, &autoscaling.DescribeTagsInput{
		Filters: []scaling.Filter{{Name: pointer("auto-scaling-group"), Values: []string{name}}},
	})
	if err != nil {
		return err
	}
	tags := map[string]string{}
	for _, tag := range found.Tags {
		tags[strings.TrimPrefix(*tag.Key, "k8s.io/cluster-autoscaler/node-template/")] = *tag.Value
	}
	want := map[string]string{
		"label/topology.ebs.csi.aws.com/zone": zone,
		"resources/smarter-devices/fuse":      "20",
		"resources/ephemeral-storage":         fmt.Sprintf("%dGi", pool.DiskGiB),
	}
	for key, value := range pool.Labels {
		want["label/"+key] = value
	}
	for _, taint := range pool.Taints {
		key, value, _ := strings.Cut(taint, "=")
		want["taint/"+key] = value
	}
	for _, key := range slices.Sorted(maps.Keys(want)) {
		f.want(tags[key] == want[key], "R17: the autoscaler takes %s of %s for %q, not %q", key, where, tags[key], want[key])
	}
	return nil
}

func pointer[T any](value T) *T { return &value }
