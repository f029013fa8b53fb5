/// Where a data set is obtained; said where it is missing.
struct DataSetOrigin: Sendable {
  let name: String
  let address: String
  let licence: String
  /// What the folder must contain.
  let layout: String

  /// What to do, for errors.
  var advice: String { "download \(name) from \(address) (\(licence)), unpack it, and name the folder with \(layout)" }

  /// An error about a place in the folder.
  func error(at path: String, expected: String, found: String) -> RecordingError {
    .folderLayout(path: path, expected: expected, found: found, advice: advice)
  }

  /// Refuses a path that is no folder.
  func checkFolder(_ path: String) throws(RecordingError) {
    guard FolderListing.isFolder(path) else {
      throw error(at: path, expected: "the folder of \(name)", found: "no such folder")
    }
  }

  static let gestures = DataSetOrigin(
    name: "DVS128 Gesture", address: "https://research.ibm.com/interactive/dvsgesture", licence: "CC BY 4.0",
    layout: "userNN_LIGHTING.aedat, userNN_LIGHTING_labels.csv, trials_to_train.txt and trials_to_test.txt")
  static let spokenDigits = DataSetOrigin(
    name: "SHD or SSC", address: "https://zenkelab.org/resources/spiking-heidelberg-datasets-shd", licence: "CC BY 4.0",
    layout: "shd_train.h5 and shd_test.h5, or ssc_train.h5, ssc_valid.h5 and ssc_test.h5, decompressed")
  static let tactileDigits = DataSetOrigin(
    name: "ST-MNIST",
    address:
      "https://scholarbank.nus.edu.sg/bitstream/10635/168106/2/STMNIST%20dataset%20NUS%20Tee%20Research%20Group.zip",
    licence: "licence not stated", layout: "the folders 0 to 9 of .mat files")
  static let activities = DataSetOrigin(
    name: "UCI HAR",
    address: "https://archive.ics.uci.edu/dataset/240/human+activity+recognition+using+smartphones",
    licence: "CC BY 4.0 as the repository says, no commercial use as its README says",
    layout: "activity_labels.txt, train and test ('UCI HAR Dataset')")
}
