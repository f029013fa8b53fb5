/// A convolution of NIR, as PyTorch means it: cross-correlation, sizes rounded down.
public struct NIRConvolution: Sendable, Equatable {
  /// Idle pixels around an image.
  public enum Padding: Sendable, Equatable {
    /// So many above and below, and so many left and right.
    case pixels([Int])
    /// As many as keep the size of the image.
    case same
    /// None.
    case valid
  }

  /// Height and width of the image; `nil` where the file leaves them to the graph.
  public var inputShape: [Int]?
  /// Kernels `[kernels × channels of a group × height × width]`.
  public var weight: NIRTensor
  /// Bias of each kernel.
  public var bias: NIRTensor
  /// Pixels from place to place, down and across.
  public var stride: [Int]
  /// Idle pixels around the image.
  public var padding: Padding
  /// Pixels from place to place of a kernel, down and across.
  public var dilation: [Int]
  /// Groups of channels that are convolved apart.
  public var groups: Int

  /// A convolution from its parts.
  public init(
    inputShape: [Int]?, weight: NIRTensor, bias: NIRTensor, stride: [Int] = [1, 1], padding: Padding = .pixels([0, 0]),
    dilation: [Int] = [1, 1], groups: Int = 1
  ) {
    self.inputShape = inputShape
    self.weight = weight
    self.bias = bias
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
  }
}

/// Pooling of NIR, down and across.
public struct NIRPooling: Sendable, Equatable {
  /// Height and width of a window.
  public var size: [Int]
  /// Pixels from window to window.
  public var stride: [Int]
  /// Idle pixels around the image.
  public var padding: [Int]

  /// Pooling from its parts.
  public init(size: [Int], stride: [Int], padding: [Int] = [0, 0]) {
    self.size = size
    self.stride = stride
    self.padding = padding
  }
}

/// Axes of a signal that become one.
public struct NIRFlattening: Sendable, Equatable {
  /// First of them.
  public var first: Int
  /// Last of them, −1 for the last of the signal.
  public var last: Int
  /// Shape of what comes in; `nil` where the file leaves it to the graph.
  public var inputShape: [Int]?

  /// A flattening from its parts.
  public init(first: Int = 0, last: Int = -1, inputShape: [Int]? = nil) {
    self.first = first
    self.last = last
    self.inputShape = inputShape
  }
}
