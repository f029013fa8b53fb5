import Checkpoints
import Foundation
import HDF5Store
import Testing

/// XXH64 by values that the xxHash project and its Python binding publish, seen through the attribute of a dataset.
@Suite struct ChecksumTests {
  @Test(arguments: [
    ("", "ef46db3751d8e999"), ("a", "d24ec4f1a98c6e5b"), ("abc", "44bc2cf5ad770999"),
    ("Nobody inspects the spammish repetition", "fbcea83c8a378bf1"),
  ])
  func textsHaveThePublishedChecksums(text: String, expected: String) throws {
    let folder = try TemporaryFolder()
    var checkpoint = Specimen.devices()
    checkpoint.experiment = text
    try CheckpointWriter.write(checkpoint, to: folder.file("x.h5"))
    let file = try HDF5File.open(at: folder.file("x.h5"))
    #expect(try file.textAttribute("xxh64", of: "experiment") == expected)
  }
}
