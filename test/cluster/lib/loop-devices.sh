# shellcheck shell=bash
# All nodes share the machine's loop devices, so whose a device is shows in the file it holds. The path that the kernel
# tells means something else in each mount namespace; device and inode do not lie.

# detach_loops FOLDER FILESYSTEMS: every loop device whose file lies beneath FOLDER, on one of FILESYSTEMS
# (major:minor), or on a filesystem on another such loop device.
detach_loops() {
  local attempt loops
  for attempt in $(seq 50); do
    loops=$(loops_of "$1" "$2")
    [ -n "$loops" ] || return 0
    # The kernel detaches one in use when its last user is gone, which for a nested one is the outer's unmount.
    # shellcheck disable=SC2086
    losetup -d $loops 2> /dev/null || true
    [ "$attempt" = 1 ] || sleep 0.2
  done
  echo "loop devices that stay attached: $loops" >&2
  return 1
}

loops_of() { # FOLDER FILESYSTEMS
  local disk inodes known=" $2 " found='' more name inode filesystem
  disk=$(mountpoint -d "$(stat -c %m "$1")")
  while :; do
    more=''
    while read -r name inode filesystem; do
      [[ " $found " != *" $name "* ]] || continue
      if [[ $known == *" $filesystem "* ]] || { [ "$filesystem" = "$disk" ] && is_beneath "$1" "$inode"; }; then
        found+=" $name"
        known+="$(cat "/sys/class/block/${name#/dev/}/dev") "
        more=yes
      fi
    done < <(losetup --list --noheadings --output NAME,BACK-INO,BACK-MAJ:MIN)
    [ -n "$more" ] || break
  done
  echo "$found"
}

is_beneath() { [ -n "$(find "$1" -xdev -inum "$2" -print -quit 2> /dev/null)" ]; } # FOLDER INODE

# The filesystems that are mounted in the node and not on the machine, which tells btrfs too, whose number is not the
# loop device's.
filesystems_of() { # PID
  comm -23 <(mounted_filesystems "$1") <(mounted_filesystems self) | tr '\n' ' '
}

mounted_filesystems() { awk '{ print $3 }' "/proc/$1/mountinfo" | sort -u; }
