/// How what the outputs got wrong reaches the synapses of hidden layers.
///
/// | case | signal L_j(t) of neuron j in hidden layer l | what is sent back |
/// | --- | --- | --- |
/// | `feedback` | Σ_k B[k,j]·error_k(t) | the errors of the outputs, to all layers at once |
/// | `localReadouts` | Σ_k G_l[k,j]·local error_k(t), with local y_k(t) = Σ_j G_l[k,j]·z_j(t) | nothing |
/// | `layerByLayer` | Σ_m W_{l+1}[j,m]·ψ_m(t)·L_m(t) | signals of the layer behind, through its weights, within a tick |
/// | `throughTime` | Σ_m W_{l+1}[j,m]·Q_m(t) + Σ_n V_l[j,n]·Q_n(t+1) | the gradient, through weights and time |
///
/// Q is the derivative of the loss with respect to the input of a neuron and V the recurrent weights. The last hidden layer gets
/// Σ_k O[j,k]·error_k(t) through the readout weights O in the last two cases. All of them end in the same sums over input
/// spikes (``EProp``).
/// - Reference: feedback: G. Bellec et al., Nat. Commun. 11, 3625 (2020); local readouts: J. Kaiser, H. Mostafa, E. Neftci,
///   Front. Neurosci. 14, 424 (2020) (DECOLLE); layer by layer: M. Xiao et al., NeurIPS 2022, arXiv:2210.04195 (OTTT); through
///   time: E. Neftci, H. Mostafa, F. Zenke, IEEE Signal Process. Mag. 36, 51 (2019).
public enum CreditAssignment: Sendable, Equatable {
  /// Through feedback weights of their own.
  case feedback
  /// From an error that each layer finds with fixed random readouts of its own.
  case localReadouts
  /// Through the weights of the layers behind, at each tick by itself.
  case layerByLayer
  /// Through the weights of the layers behind, of the layer itself, and through time: the gradient.
  case throughTime

  /// Whether signals come back through the weights of the layers behind.
  public var passesWeights: Bool { self == .layerByLayer || self == .throughTime }
}
