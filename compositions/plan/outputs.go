package plan

import "github.com/dominoc/dominoc/schema/v1alpha1"

// outputs returns the values that the installer needs and that are known before AWS answers
// (R22). They switch off the parts that the environment provides.
func (r *resolver) outputs() v1alpha1.Outputs {
	outputs := v1alpha1.Outputs{
		Account: r.env.Account, Region: r.env.Region, FQDN: r.env.Domain.FQDN,
		PodRoles:           r.podRoleARNs(),
		DominoConfigValues: r.configValues(),
	}
	if existing := r.fileSystemOfOthers(); existing != nil { // else AWS makes them known
		outputs.FileSystemID, outputs.AccessPointID = existing.FileSystemID, existing.AccessPointID
	}
	if certificate := r.env.Domain.Certificate; certificate != nil {
		outputs.CertificateARN = certificate.ARN
	}
	return outputs
}

// fileSystemOfOthers returns the file system if another owner has it.
func (r *resolver) fileSystemOfOthers() *v1alpha1.ExistingDatasets {
	if r.env.Adopted == nil || r.env.Adopted.Taken.Storage != nil {
		return nil
	}
	return r.env.Storage.Datasets.Existing
}

// configValues returns the values in the shape that the installer and the Terraform modules
// share.
func (r *resolver) configValues() v1alpha1.DominoConfigValues {
	buckets, ecr := r.buckets, r.env.Registry.ECR.Enabled
	values := v1alpha1.DominoConfigValues{
		Name:       r.env.Name,
		Autoscaler: v1alpha1.AutoscalerValues{Enabled: new(!r.env.Cluster.Autoscaler)},
		InternalDockerRegistry: v1alpha1.InternalRegistryValues{
			Enabled: new(!ecr), S3Override: r.encryptedBucket(buckets["registry"]),
		},
		StorageClasses: r.storageClasses(),
		BlobStorage: v1alpha1.BlobStorageValues{
			Projects:   r.encryptedBucket(buckets["data"]),
			Logs:       r.encryptedBucket(buckets["logs"]),
			Backups:    r.encryptedBucket(buckets["backups"]),
			Monitoring: v1alpha1.BucketValues{Region: r.env.Region, Bucket: buckets["monitoring"].Name},
		},
	}
	values.Autoscaler.AutoDiscovery.ClusterName = r.env.Name
	values.Autoscaler.AWS.Region = r.env.Region
	if ecr {
		values.ExternalDockerRegistry = r.registryHost() + "/" + r.env.Name
	}
	return values
}

// encryptedBucket returns a bucket with the user's key; dominoc's own key is not known yet.
func (r *resolver) encryptedBucket(bucket v1alpha1.BucketSpec) v1alpha1.BucketValues {
	return v1alpha1.BucketValues{Region: r.env.Region, Bucket: bucket.Name, SSEKMSKeyID: r.installersKey()}
}

// installersKey returns the user's key of the data; nothing with keys that AWS manages.
func (r *resolver) installersKey() string {
	if r.dataKeyARN == "" {
		return ""
	}
	return r.env.Encryption.KeyARN
}

func (r *resolver) storageClasses() v1alpha1.StorageClassValues {
	var values v1alpha1.StorageClassValues
	values.Block.Create = new(r.blockStorage())
	values.Block.Name = "dominodisk-" + string(r.env.Storage.BlockStorage.Type)
	values.Block.Parameters.KMSKeyID = r.volumeKey()
	values.Shared.EFS.Region = r.env.Region
	if existing := r.fileSystemOfOthers(); existing != nil {
		values.Shared.EFS.FilesystemID, values.Shared.EFS.AccessPointID = existing.FileSystemID, existing.AccessPointID
	}
	return values
}

// blockStorage reports whether the installer is told to create block storage: not with the
// EBS add-on, because the installer would add its own driver. If the driver is not stated,
// the installer creates block storage unless dominoc creates the storage class.
func (r *resolver) blockStorage() bool {
	if r.ebs.stated != "" {
		return r.installerBlockStorage()
	}
	return r.env.Cluster.InCluster == byTheUser
}
