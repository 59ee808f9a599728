/**
 * Where the portal says something else than the suite, and why. It may only be stricter: a certificate that the suite calls invalid is never
 * accepted. Nothing else may differ.
 */
export const DIVERGENCES: Readonly<Record<string, string>> = {
  'ValidDSASignaturesTest4EE.crt': 'The path has DSA keys and signatures, which rules 2.7 and 2.8 refuse.',
  'ValidDSAParameterInheritanceTest5EE.crt':
    'The same; moreover one DSA key takes its parameters from the certificate above, which RFC 5280 6.1.4 (e) still allows.',
};
