// ruleid: javascript-public-secret-variable
const stripe = new Stripe(process.env.NEXT_PUBLIC_STRIPE_SECRET_KEY!);
// ruleid: javascript-public-secret-variable
const admin = createClient(url, import.meta.env.VITE_SERVICE_ROLE_KEY);
// ok: javascript-public-secret-variable
const server = new Stripe(process.env.STRIPE_SECRET_KEY!);
// ok: javascript-public-secret-variable
const browser = loadStripe(process.env.NEXT_PUBLIC_STRIPE_PUBLISHABLE_KEY!);
