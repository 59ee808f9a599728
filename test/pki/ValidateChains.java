import java.io.FileInputStream;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads PKCS#7 files, each with a chain from the leaf up to its root, and validates it (PKIX); says so in a line for each. */
public class ValidateChains {
  public static void main(String[] files) throws Exception {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    for (String file : files) {
      List<X509Certificate> chain = new ArrayList<>();
      try (FileInputStream in = new FileInputStream(file)) {
        for (var each : factory.generateCertificates(in)) chain.add((X509Certificate) each);
      }
      X509Certificate root = chain.remove(chain.size() - 1);
      PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
      parameters.setRevocationEnabled(false);
      String verdict = "valid";
      try {
        CertPathValidator.getInstance("PKIX").validate(factory.generateCertPath(chain), parameters);
      } catch (Exception refusal) {
        verdict = String.valueOf(refusal.getMessage());
      }
      System.out.println(chain.size() + 1 + " " + verdict + " " + file);
    }
  }
}
