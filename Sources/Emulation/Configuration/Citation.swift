/// Works that defaults come from, as cited in the reference.
enum Citation {
  static let review = "A. Moitra et al., arXiv:2408.12767 (2024)"
  static let eProp = "G. Bellec et al., Nat. Commun. 11, 3625 (2020), doi:10.1038/s41467-020-17236-y"
  static let reckOn = "C. Frenkel, G. Indiveri, ISSCC 2022, doi:10.1109/ISSCC42614.2022.9731734"
  static let mixedPrecision = "S. R. Nandakumar et al., Front. Neurosci. 14, 406 (2020), doi:10.3389/fnins.2020.00406"
  static let nMNIST = "G. Orchard et al., Front. Neurosci. 9, 437 (2015), doi:10.3389/fnins.2015.00437"
  static let neuroSim = "P.-Y. Chen, X. Peng, S. Yu, IEEE TCAD 37, 3067 (2018), doi:10.1109/TCAD.2018.2789723"
  static let hafniumArray = "C.-Y. Chen et al., IEEE Trans. Comput. 64, 180 (2015)"
  static let endurance = "M. Lanza et al., Adv. Electron. Mater. 5, 1800143 (2019), doi:10.1002/aelm.201800143"
  static let tantalumHafnium =
    "W. Wu et al., Symp. VLSI Technology 2018, as fitted in the NeuroSim V3.0 manual, Table II"
}
