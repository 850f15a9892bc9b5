import jakarta.mail.*;
import jakarta.mail.internet.*;

class Contact {
    void send(HttpServletRequest request, MimeMessage message) throws MessagingException {
        String from = request.getParameter("from");
        // ruleid: java-mail-header-injection
        message.addHeader("Reply-To", from);
        // ruleid: java-mail-header-injection
        message.setHeader("Subject", "Question of " + from);
        // ok: java-mail-header-injection
        message.setReplyTo(new Address[] {new InternetAddress(from, true)});
        // ok: java-mail-header-injection
        message.setSubject("Question");
        // ok: java-mail-header-injection
        message.setHeader("Subject", from.replaceAll("[\r\n]", ""));
        // ok: java-mail-header-injection
        message.setHeader("X-Mailer", "shop");
    }
}
