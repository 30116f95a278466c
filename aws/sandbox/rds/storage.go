package rds

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"keyturn/aws/sandbox/wire"
)

// storageType has the limits of one kind of storage in RDS for MySQL: sizes in
// GiB, IOPS over all sizes, and the defaults of small volumes (RDS User Guide,
// "Amazon RDS DB instance storage").
type storageType struct {
	name             string
	minSize, maxSize int32
	provisioned      bool // IOPS must be given
	minIOPS          int32
	maxIOPS          int32
	iops, throughput int32 // gp3 below 400 GiB: MySQL
}

var storageTypes = []storageType{
	{name: "gp3", minSize: 20, maxSize: 65536, iops: 3000, throughput: 125},
	{name: "gp2", minSize: 20, maxSize: 65536},
	{name: "io1", minSize: 100, maxSize: 65536, provisioned: true, minIOPS: 1000, maxIOPS: 256000},
	{name: "io2", minSize: 100, maxSize: 65536, provisioned: true, minIOPS: 1000, maxIOPS: 256000},
	{name: "standard", minSize: 5, maxSize: 3072},
}

// stripedSize is the size in GiB from which a gp3 volume of MySQL is striped over
// four volumes, so that IOPS and throughput can be chosen.
const stripedSize = 400

// storage is a request's storage settings.
type storage struct {
	kind       *string
	size       *int32
	iops       *int32
	throughput *int32
}

// resolveStorage validates storage by RDS's rules and fills in the defaults.
func resolveStorage(want storage) (storage, error) {
	if want.size == nil {
		return want, missingParameter("AllocatedStorage")
	}
	name := aws.ToString(want.kind)
	if name == "" && want.iops != nil && *want.size < stripedSize {
		name = "io1"
	}
	if name == "" {
		name = "gp3"
	}
	t, ok := findStorageType(name)
	switch {
	case !ok:
		return want, wire.Errorf("InvalidParameterValue", "Invalid storage type: %s", name)
	case *want.size < t.minSize || *want.size > t.maxSize:
		return want, wire.Errorf("InvalidParameterValue", "Invalid storage size for engine name %s and storage type %s: %d", engine, name, *want.size)
	case t.provisioned && want.iops == nil:
		return want, wire.Errorf("InvalidParameterCombination", "You must specify Iops when the storage type is %s.", name)
	case t.provisioned && (*want.iops < t.minIOPS || *want.iops > t.maxIOPS):
		return want, wire.Errorf("InvalidParameterValue", "Invalid iops value for engine name %s and storage type %s: %d", engine, name, *want.iops)
	case name == "gp3" && *want.size < stripedSize && (want.iops != nil || want.throughput != nil):
		return want, wire.Errorf("InvalidParameterCombination", "You can't specify IOPS or storage throughput for engine %s and a storage size less than %d.", engine, stripedSize)
	case name != "gp3" && !t.provisioned && (want.iops != nil || want.throughput != nil):
		return want, wire.Errorf("InvalidParameterCombination", "You can't specify IOPS or storage throughput for the storage type %s.", name)
	}
	got := storage{kind: &name, size: want.size, iops: want.iops, throughput: want.throughput}
	if t.iops > 0 {
		iops, throughput := t.iops, t.throughput
		if *want.size >= stripedSize {
			iops, throughput = 4*iops, 4*throughput
		}
		got.iops, got.throughput = orInt32(want.iops, iops), orInt32(want.throughput, throughput)
	}
	return got, nil
}

// checkMaxStorage checks the limit of storage autoscaling.
func checkMaxStorage(most *int32, size int32) error {
	if most != nil && *most <= size {
		return wire.Errorf("InvalidParameterCombination", "Max storage size must be greater than storage size")
	}
	return nil
}

func findStorageType(name string) (storageType, bool) {
	for _, t := range storageTypes {
		if t.name == name {
			return t, true
		}
	}
	return storageType{}, false
}

func (d storage) applyTo(db *types.DBInstance) {
	db.StorageType, db.AllocatedStorage, db.Iops, db.StorageThroughput = d.kind, d.size, d.iops, d.throughput
}
