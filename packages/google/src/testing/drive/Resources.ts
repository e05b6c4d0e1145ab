/**
 * The fields each resource of Drive has, written as the mask that names them all. `*` is a map: it has any key.
 *
 * As in https://developers.google.com/workspace/drive/api/reference/rest/v3; a test compares them with the types of the
 * official client.
 *
 * @module
 */

/** Who owns, changed or shared something. */
const user = `
  displayName, emailAddress, kind, me, permissionId, photoLink
`

/** What a person, a group or everyone may do. */
export const permission = `
  allowFileDiscovery, deleted, displayName, domain, emailAddress, expirationTime, id,
  inheritedPermissionsDisabled, kind, pendingOwner, permissionDetails(inherited, inheritedFrom, permissionType,
  role), photoLink, role, teamDrivePermissionDetails(inherited, inheritedFrom, role, teamDrivePermissionType),
  type, view
`

/** A file, a folder or a shortcut. */
export const file = `
  appProperties(*), capabilities(canAcceptOwnership, canAccessViaGenAi, canAddChildren,
  canAddFolderFromAnotherDrive, canAddMyDriveParent, canChangeCopyRequiresWriterPermission,
  canChangeItemDownloadRestriction, canChangeSecurityUpdateEnabled, canChangeViewersCanCopyContent, canComment,
  canCopy, canDelete, canDeleteChildren, canDisableInheritedPermissions, canDownload, canEdit,
  canEnableInheritedPermissions, canListChildren, canModifyContent, canModifyContentRestriction,
  canModifyEditorContentRestriction, canModifyLabels, canModifyOwnerContentRestriction, canMoveChildrenOutOfDrive,
  canMoveChildrenOutOfTeamDrive, canMoveChildrenWithinDrive, canMoveChildrenWithinTeamDrive,
  canMoveItemIntoTeamDrive, canMoveItemOutOfDrive, canMoveItemOutOfTeamDrive, canMoveItemWithinDrive,
  canMoveItemWithinTeamDrive, canMoveTeamDriveItem, canReadDrive, canReadLabels, canReadRevisions,
  canReadTeamDrive, canRemoveChildren, canRemoveContentRestriction, canRemoveMyDriveParent, canRename, canShare,
  canStartApproval, canTrash, canTrashChildren, canUntrash),
  clientEncryptionDetails(decryptionMetadata(aes256GcmChunkSize, encryptionResourceKeyHash, jwt, kaclsId,
  kaclsName, keyFormat, wrappedKey), encryptionState), contentHints(indexableText, thumbnail(image, mimeType)),
  contentRestrictions(ownerRestricted, readOnly, reason, restrictingUser(${user}), restrictionTime,
  systemRestricted, type), copyRequiresWriterPermission, createdTime, description,
  downloadRestrictions(effectiveDownloadRestrictionWithContext(restrictedForReaders, restrictedForWriters),
  itemDownloadRestriction(restrictedForReaders, restrictedForWriters)), driveId, explicitlyTrashed,
  exportLinks(*), fileExtension, folderColorRgb, fullFileExtension, hasAugmentedPermissions, hasThumbnail,
  headRevisionId, iconLink, id, imageMediaMetadata(aperture, cameraMake, cameraModel, colorSpace, exposureBias,
  exposureMode, exposureTime, flashUsed, focalLength, height, isoSpeed, lens, location(altitude, latitude,
  longitude), maxApertureValue, meteringMode, rotation, sensor, subjectDistance, time, whiteBalance, width),
  inheritedPermissionsDisabled, isAppAuthorized, kind, labelInfo(labels(fields(*), id, kind, revisionId)),
  lastModifyingUser(${user}), linkShareMetadata(securityUpdateEligible, securityUpdateEnabled), md5Checksum,
  mimeType, modifiedByMe, modifiedByMeTime, modifiedTime, name, originalFilename, ownedByMe, owners(${user}),
  parents, permissionIds, permissions(${permission}), properties(*), quotaBytesUsed, resourceKey, sha1Checksum,
  sha256Checksum, shared, sharedWithMeTime, sharingUser(${user}), shortcutDetails(targetId, targetMimeType,
  targetResourceKey), size, spaces, starred, teamDriveId, thumbnailLink, thumbnailVersion, trashed, trashedTime,
  trashingUser(${user}), version, videoMediaMetadata(durationMillis, height, width), viewedByMe, viewedByMeTime,
  viewersCanCopyContent, webContentLink, webViewLink, writersCanShare
`

/** A page of files. */
export const fileList = `
  files(${file}), incompleteSearch, kind, nextPageToken
`

/** A page of permissions. */
export const permissionList = `
  kind, nextPageToken, permissions(${permission})
`

/** A shared drive. */
export const drive = `
  backgroundImageFile(id, width, xCoordinate, yCoordinate), backgroundImageLink, capabilities(canAddChildren,
  canChangeCopyRequiresWriterPermissionRestriction, canChangeDomainUsersOnlyRestriction,
  canChangeDownloadRestriction, canChangeDriveBackground, canChangeDriveMembersOnlyRestriction,
  canChangeSharingFoldersRequiresOrganizerPermissionRestriction, canComment, canCopy, canDeleteChildren,
  canDeleteDrive, canDownload, canEdit, canListChildren, canManageMembers, canReadRevisions, canRename,
  canRenameDrive, canResetDriveRestrictions, canShare, canTrashChildren), colorRgb, createdTime, hidden, id, kind,
  name, orgUnitId, restrictions(adminManagedRestrictions, copyRequiresWriterPermission, domainUsersOnly,
  downloadRestriction(restrictedForReaders, restrictedForWriters), driveMembersOnly,
  sharingFoldersRequiresOrganizerPermission), themeId
`

/** A page of shared drives. */
export const driveList = `
  drives(${drive}), kind, nextPageToken
`

/** Who asks, and how much room they have. */
export const about = `
  appInstalled, canCreateDrives, canCreateTeamDrives, driveThemes(backgroundImageLink, colorRgb, id),
  exportFormats(*), folderColorPalette, importFormats(*), kind, maxImportSizes(*), maxUploadSize,
  storageQuota(limit, usage, usageInDrive, usageInDriveTrash), teamDriveThemes(backgroundImageLink, colorRgb, id),
  user(${user})
`

/** Ids for files that are still to be made. */
export const generatedIds = `
  ids, kind, space
`

/** A download that is being prepared. */
export const operation = `
  done, error(code, details, message), metadata(*), name, response(*)
`
