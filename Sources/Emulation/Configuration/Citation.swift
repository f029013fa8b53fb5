/// Works that defaults come from, as cited in the reference.
enum Citation {
  static let review = "A. Moitra et al., arXiv:2408.12767 (2024)"
  static let eProp = "G. Bellec et al., Nat. Commun. 11, 3625 (2020), doi:10.1038/s41467-020-17236-y"
  static let spikeTiming = "S. Song, K. D. Miller, L. F. Abbott, Nat. Neurosci. 3, 919 (2000), doi:10.1038/78829"
  static let triplets =
    "J.-P. Pfister, W. Gerstner, J. Neurosci. 26, 9673 (2006), doi:10.1523/JNEUROSCI.1425-06.2006"
  static let spikeTimingDigits =
    "D. Querlioz et al., IEEE Trans. Nanotechnol. 12, 288 (2013), doi:10.1109/TNANO.2013.2250995"
  static let votes = "P. U. Diehl, M. Cook, Front. Comput. Neurosci. 9, 99 (2015), doi:10.3389/fncom.2015.00099"
  static let reward = "E. M. Izhikevich, Cereb. Cortex 17, 2443 (2007), doi:10.1093/cercor/bhl152"
  static let sparseFeedback = "B. Crafton et al., Front. Neurosci. 13, 525 (2019), doi:10.3389/fnins.2019.00525"
  static let targetProjection =
    "C. Frenkel, M. Lefebvre, D. Bol, Front. Neurosci. 15, 629892 (2021), doi:10.3389/fnins.2021.629892"
  static let reckOn = "C. Frenkel, G. Indiveri, ISSCC 2022, doi:10.1109/ISSCC42614.2022.9731734"
  static let mint = "R. Yin et al., MINT, ASP-DAC 2024, arXiv:2305.09850"
  static let mixedPrecision = "S. R. Nandakumar et al., Front. Neurosci. 14, 406 (2020), doi:10.3389/fnins.2020.00406"
  static let nMNIST = "G. Orchard et al., Front. Neurosci. 9, 437 (2015), doi:10.3389/fnins.2015.00437"
  static let neuroSim = "P.-Y. Chen, X. Peng, S. Yu, IEEE TCAD 37, 3067 (2018), doi:10.1109/TCAD.2018.2789723"
  static let hafniumArray = "C.-Y. Chen et al., IEEE Trans. Comput. 64, 180 (2015)"
  static let endurance = "M. Lanza et al., Adv. Electron. Mater. 5, 1800143 (2019), doi:10.1002/aelm.201800143"
  static let tantalumHafnium =
    "W. Wu et al., Symp. VLSI Technology 2018, as fitted in the NeuroSim V3.0 manual, Table II"
  static let accumulation = "S. R. Nandakumar et al., J. Appl. Phys. 124, 152135 (2018), doi:10.1063/1.5042408"
  static let inferenceNoise = "V. Joshi et al., Nat. Commun. 11, 2473 (2020), doi:10.1038/s41467-020-16108-9"
  static let metalOxide = "D. F. Falcone et al., arXiv:2502.04524 (2025)"
  static let verifiedArray = "W. Wan et al., Nature 608, 504 (2022), doi:10.1038/s41586-022-04992-8"
  static let aihwkit = "M. J. Rasch et al., IEEE AICAS 2021, doi:10.1109/AICAS51828.2021.9458494"
  static let degradation = "C. Lammie, M. R. Azghadi, D. Ielmini (2021), as in MemTorch"
  static let pulseUpdate = "T. Gokmen, Y. Vlasov, Front. Neurosci. 10, 333 (2016), doi:10.3389/fnins.2016.00333"
  static let multiMemristor = "I. Boybat et al., Nat. Commun. 9, 2514 (2018), doi:10.1038/s41467-018-04933-y"
  static let onlinePhaseChange = "Y. Demirağ et al., arXiv:2108.01804 (2021)"
  static let errorTriggered = "M. Payvand et al., AICAS 2020, arXiv:1910.06152"
  static let converter = "DNN+NeuroSim V2.1, X. Peng et al., IEEE TCAD 40, 2306 (2021)"
  static let spikeSim = "SpikeSim, A. Moitra et al., IEEE TCAD 42, 3815 (2023), arXiv:2210.12899"
  static let wires = "wire table of DNN+NeuroSim V2.1, X. Peng et al., IEEE TCAD 40, 2306 (2021)"
  static let wireSolver = "D. Joksas, A. Mehonic, SoftwareX 12, 100617 (2020), doi:10.1016/j.softx.2020.100617"
  static let verifyFluctuation = "D. M. Nminibapiel et al., IEEE EDL 38, 736 (2017)"
}
